"""Examples in the OpenAPI document: names of things as they stand in requests."""

POST_EXAMPLE, PERSON_EXAMPLE = "C29cHoo9T1KcGy1-Wp9MMAGatrHc8kfS0FCVLY2D5Ro", "@aiko"

PATH_EXAMPLES = {
    "post": POST_EXAMPLE,
    "person": PERSON_EXAMPLE,
    "tag": "京都",
    "word": "9f2b7c1e",
    "draft": "01KAVB3Q7J8Z9D0M4N5P6R7S8T",
    "report": "01KAVB3Q7J8Z9D0M4N5P6R7S8T",
}
"""What stands in the paths of the OpenAPI document."""
