"""The buckets: media, the page, services' deployed state, what streams' readers gave up on, the erased."""

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.cdk.consumer import DLQ_DAYS
from infra.cdk.parameters import Parameters
from infra.cdk.settings import Settings

UPLOADS = "uploads/"
RENDITIONS = "media/"

ERASED_DAYS = 35
"""How long it is known that a person is erased: longer than archive and DLQs keep what may be replayed."""


def bucket_name(settings: Settings, name: str) -> str:
    """Return a bucket's name; all AWS customers share one namespace, and the account makes it ours."""
    return f"{settings.called(name)}-{Aws.ACCOUNT_ID}"


class Storage(Construct):
    """Private buckets, encrypted by S3. Their policies are with the CDN that reads them (`edge`)."""

    def __init__(self, scope: Construct, settings: Settings, parameters: Parameters) -> None:
        super().__init__(scope, "Storage")
        self._settings = settings
        self.media = self._bucket(
            "media",
            cors=[
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods.POST, s3.HttpMethods.PUT],
                    allowed_origins=list(settings.page_origins),
                    allowed_headers=["*"],
                    exposed_headers=["ETag"],
                    max_age=3600,
                )
            ],
            lifecycle_rules=[
                # Renditions are what is served; an upload is only read to make them.
                s3.LifecycleRule(
                    id="abandoned-uploads",
                    prefix=UPLOADS,
                    expiration=Duration.days(2),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
        )
        site = self._bucket("site")
        state = self._bucket(
            "state",
            versioned=True,
            lifecycle_rules=[s3.LifecycleRule(noncurrent_version_expiration=Duration.days(90))],
        )
        # Expires as the DLQs do: within the 30 days in which an erased person must be gone.
        failures = self._bucket(
            "stream-failures", lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(DLQ_DAYS))]
        )
        erased = self._bucket(
            "erased", lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(ERASED_DAYS))]
        )
        parameters.publish(
            erased_bucket=erased.bucket_name,
            stream_failures_bucket=failures.bucket_name,
            media_bucket=self.media.bucket_name,
            site_bucket=site.bucket_name,
            state_bucket=state.bucket_name,
        )

    def _bucket(
        self,
        name: str,
        *,
        cors: list[s3.CorsRule] | None = None,
        lifecycle_rules: list[s3.LifecycleRule] | None = None,
        versioned: bool = False,
    ) -> s3.Bucket:
        return s3.Bucket(
            self,
            name,
            bucket_name=bucket_name(self._settings, name),
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.RETAIN if self._settings.keep else RemovalPolicy.DESTROY,
            cors=cors,
            lifecycle_rules=lifecycle_rules,
            versioned=versioned,
        )
