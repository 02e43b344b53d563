"""The edge stack: one origin for the page, the media and the six APIs."""

from aws_cdk import Aws, CfnParameter, Duration, Fn, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.cdk.parameters import Parameters
from infra.cdk.settings import Settings
from infra.cdk.storage import RENDITIONS, bucket_name

APIS = ("posts", "media", "chat", "rtc", "notify", "search")

NOT_DEPLOYED = "not-deployed.invalid"
"""The host of an API whose service is not deployed yet: the CDN answers 502 for it."""

STRIP_PREFIX = """function handler(event) {
  event.request.uri = event.request.uri.replace(/^\\/api\\/[a-z]+/, '') || '/';
  return event.request;
}"""

# A custom error page would turn the APIs' 403 and 404 into the page as well.
PAGE_FALLBACK = """function handler(event) {
  if (!/\\.[a-z0-9]+$/i.test(event.request.uri)) event.request.uri = '/index.html';
  return event.request;
}"""


SERVED_AFTER_ERASURE = Duration.hours(12)
"""How long the CDN may serve a rendition without asking the bucket: an erased person is gone within 24 h."""


class EdgeStack(Stack):
    """CloudFront before private buckets and the APIs."""

    def __init__(self, scope: Construct, identity: str, settings: Settings) -> None:
        super().__init__(scope, identity, stack_name=settings.called("edge"))
        self._settings = settings
        site, media = self._bucket("site"), self._bucket("media")
        content = self._headers("content", "default-src 'none'; frame-ancestors 'none'; sandbox")
        page = cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(site),
            viewer_protocol_policy=self._viewers,
            response_headers_policy=self._headers("page", self._page_policy()),
            function_associations=[self._on_request("fallback", PAGE_FALLBACK)],
        )
        distribution = cloudfront.Distribution(
            self,
            "Cdn",
            comment=settings.called("edge"),
            default_root_object="index.html",
            default_behavior=page,
            additional_behaviors={
                f"{RENDITIONS}*": cloudfront.BehaviorOptions(
                    origin=origins.S3BucketOrigin.with_origin_access_control(media),
                    viewer_protocol_policy=self._viewers,
                    response_headers_policy=content,
                    cache_policy=self._renditions(),
                ),
                **self._apis(content),
            },
        )
        self._open(site, "*", distribution)
        self._open(media, f"{RENDITIONS}*", distribution)
        Parameters(self, settings).publish(
            cdn__id=distribution.distribution_id, cdn__domain=distribution.distribution_domain_name
        )

    @property
    def _viewers(self) -> cloudfront.ViewerProtocolPolicy:
        if self._settings.tls:
            return cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS
        return cloudfront.ViewerProtocolPolicy.ALLOW_ALL

    def _renditions(self) -> cloudfront.CachePolicy:
        return cloudfront.CachePolicy(
            self,
            "Renditions",
            cache_policy_name=self._settings.called("renditions"),
            comment="What an erased person uploaded is served no longer than this",
            min_ttl=Duration.seconds(0),
            default_ttl=SERVED_AFTER_ERASURE,
            max_ttl=SERVED_AFTER_ERASURE,
        )

    def _bucket(self, name: str) -> s3.IBucket:
        return s3.Bucket.from_bucket_name(self, name, bucket_name(self._settings, name))

    def _apis(self, headers: cloudfront.IResponseHeadersPolicy) -> dict[str, cloudfront.BehaviorOptions]:
        """Return a behaviour for each API; where it is, is known only when its service is deployed."""
        port = CfnParameter(self, "OriginPort", type="Number", default=443)
        policy = (
            cloudfront.OriginProtocolPolicy.HTTPS_ONLY
            if self._settings.tls
            else cloudfront.OriginProtocolPolicy.HTTP_ONLY
        )
        strip = self._on_request("strip", STRIP_PREFIX)
        behaviours = {}
        for service in APIS:
            name = service.capitalize()
            host = CfnParameter(self, f"{name}Host", default=NOT_DEPLOYED)
            path = CfnParameter(self, f"{name}Path", default="/api")
            origin = origins.HttpOrigin(
                host.value_as_string,
                origin_path=path.value_as_string,
                protocol_policy=policy,
                # The port serves whichever protocol is spoken.
                http_port=port.value_as_number,
                https_port=port.value_as_number,
                read_timeout=Duration.seconds(30),
            )
            behaviours[f"api/{service}/*"] = cloudfront.BehaviorOptions(
                origin=origin,
                viewer_protocol_policy=self._viewers,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
                cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
                response_headers_policy=headers,
                function_associations=[strip],
            )
        return behaviours

    def _on_request(self, name: str, code: str) -> cloudfront.FunctionAssociation:
        function = cloudfront.Function(
            self,
            name,
            function_name=self._settings.called(name),
            code=cloudfront.FunctionCode.from_inline(code),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
        return cloudfront.FunctionAssociation(
            function=function, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
        )

    def _page_policy(self) -> str:
        sources = CfnParameter(
            self, "ConnectSources", default="'self'", description="What the page may call besides its origin"
        )
        return Fn.join(
            "",
            [
                "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
                "form-action 'self'; script-src 'self'; style-src 'self'; "
                "img-src 'self' blob:; media-src 'self' blob:; connect-src 'self' ",
                sources.value_as_string,
            ],
        )

    def _headers(self, name: str, policy: str) -> cloudfront.ResponseHeadersPolicy:
        return cloudfront.ResponseHeadersPolicy(
            self,
            f"{name}-headers",
            response_headers_policy_name=self._settings.called(name),
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=policy, override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=Duration.days(730), include_subdomains=True, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
            ),
        )

    def _open(self, bucket: s3.IBucket, objects: str, distribution: cloudfront.Distribution) -> None:
        """Let this distribution, and nobody else, read objects of a bucket."""
        source = (
            f"arn:{Aws.PARTITION}:cloudfront::{Aws.ACCOUNT_ID}:distribution/{distribution.distribution_id}"
        )
        statements = [
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
                actions=["s3:GetObject"],
                resources=[bucket.arn_for_objects(objects)],
                conditions={"StringEquals": {"AWS:SourceArn": source}},
            )
        ]
        if self._settings.tls:
            statements.append(
                iam.PolicyStatement(
                    effect=iam.Effect.DENY,
                    principals=[iam.AnyPrincipal()],
                    actions=["s3:*"],
                    resources=[bucket.bucket_arn, bucket.arn_for_objects("*")],
                    conditions={"Bool": {"aws:SecureTransport": "false"}},
                )
            )
        s3.CfnBucketPolicy(
            self,
            f"{bucket.node.id}-policy",
            bucket=bucket.bucket_name,
            policy_document=iam.PolicyDocument(statements=statements),
        )
