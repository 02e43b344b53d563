"""The search engine: a domain of our own, or the one that the stage was given."""

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from infra.cdk.parameters import Parameters
from infra.cdk.settings import Settings


class Search(Construct):
    """Where `SEARCH_ENDPOINT` leads."""

    def __init__(self, scope: Construct, settings: Settings, parameters: Parameters) -> None:
        super().__init__(scope, "Search")
        name = settings.called("search")
        arn = f"arn:{Aws.PARTITION}:es:{Aws.REGION}:{Aws.ACCOUNT_ID}:domain/{name}"
        endpoint = (
            settings.search_endpoint or f"https://{self._domain(settings, name, arn).attr_domain_endpoint}"
        )
        parameters.publish(search__endpoint=endpoint, search__domain_arn=arn)

    def _domain(self, settings: Settings, name: str, arn: str) -> opensearch.CfnDomain:
        domain = opensearch.CfnDomain(
            self,
            "Domain",
            domain_name=name,
            engine_version="OpenSearch_2.19",
            cluster_config=opensearch.CfnDomain.ClusterConfigProperty(
                instance_type="t3.medium.search",
                instance_count=2,
                zone_awareness_enabled=True,
                zone_awareness_config=opensearch.CfnDomain.ZoneAwarenessConfigProperty(
                    availability_zone_count=2
                ),
            ),
            ebs_options=opensearch.CfnDomain.EBSOptionsProperty(
                ebs_enabled=True, volume_type="gp3", volume_size=20
            ),
            encryption_at_rest_options=opensearch.CfnDomain.EncryptionAtRestOptionsProperty(enabled=True),
            node_to_node_encryption_options=opensearch.CfnDomain.NodeToNodeEncryptionOptionsProperty(
                enabled=True
            ),
            domain_endpoint_options=opensearch.CfnDomain.DomainEndpointOptionsProperty(
                enforce_https=True, tls_security_policy="Policy-Min-TLS-1-2-2019-07"
            ),
            # The account's IAM policies decide: only search's functions have one.
            access_policies=iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        principals=[iam.AccountRootPrincipal()],
                        actions=[f"es:ESHttp{verb}" for verb in ("Get", "Head", "Post", "Put", "Delete")],
                        resources=[f"{arn}/*"],
                    )
                ]
            ),
        )
        domain.apply_removal_policy(RemovalPolicy.RETAIN if settings.keep else RemovalPolicy.DESTROY)
        return domain
