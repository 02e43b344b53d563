"""What no stack can hold: the bucket that templates are read from, and the push platform application."""

from botocore.exceptions import ClientError

from infra.stages import Stage

LOCAL_CREDENTIAL = "local"
"""MiniStack takes any credential and reaches no phone; pushes of the local stage go to its sink."""


def template_bucket(stage: Stage) -> str:
    """Make the private bucket from which CloudFormation reads templates, and return its name."""
    account = stage.client("sts").get_caller_identity()["Account"]
    name = f"{stage.called('templates')}-{account}"
    storage = stage.client("s3")
    try:
        storage.head_bucket(Bucket=name)
    except ClientError:
        if stage.region == "us-east-1":  # the one region that refuses to be named
            storage.create_bucket(Bucket=name)
        else:
            storage.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": stage.region})
        storage.put_public_access_block(
            Bucket=name,
            PublicAccessBlockConfiguration=dict.fromkeys(
                ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
            ),
        )
    return name


def push_application(stage: Stage) -> str:
    """Make the SNS platform application, which CloudFormation has no type for.

    Returns
    -------
    str
        Its ARN; empty when nobody gave the stage an FCM credential yet.
    """
    credential = _push_credential(stage)
    if not credential:
        return ""
    sns = stage.client("sns")
    name = stage.called("push")
    known = (
        app["PlatformApplicationArn"]
        for page in sns.get_paginator("list_platform_applications").paginate()
        for app in page["PlatformApplications"]
    )
    arn: str | None = next((arn for arn in known if arn.endswith(f":app/GCM/{name}")), None)
    attributes = {"PlatformCredential": credential}
    if arn:
        sns.set_platform_application_attributes(PlatformApplicationArn=arn, Attributes=attributes)
        return arn
    created: str = sns.create_platform_application(Name=name, Platform="GCM", Attributes=attributes)[
        "PlatformApplicationArn"
    ]
    return created


def push_credential_name(stage: Stage) -> str:
    """Return the name of the secret that an operator puts the FCM service account in."""
    return stage.called("push-credential")


def _push_credential(stage: Stage) -> str | None:
    if stage.local:
        return LOCAL_CREDENTIAL
    try:
        found = stage.client("secretsmanager").get_secret_value(SecretId=push_credential_name(stage))
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    credential: str = found["SecretString"]
    return credential
