"""The media service: uploads in, clean renditions out."""
