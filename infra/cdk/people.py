"""Who people are: user pool, app client, moderators, and the identity pool's one permission."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct
from contracts.http.budgets import TRUSTED
from contracts.http.identity import MODERATORS

from infra.cdk.parameters import Parameters
from infra.cdk.settings import Settings
from infra.cdk.storage import UPLOADS


class People(Construct):
    """Sign-up by e-mail; a signed-in client may put objects under its own prefix and nothing else."""

    def __init__(
        self, scope: Construct, settings: Settings, parameters: Parameters, media: s3.IBucket
    ) -> None:
        super().__init__(scope, "People")
        pool = cognito.UserPool(
            self,
            "Pool",
            user_pool_name=settings.called("people"),
            self_sign_up_enabled=True,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=cognito.PasswordPolicy(
                min_length=10,
                require_digits=True,
                require_lowercase=True,
                require_uppercase=False,
                require_symbols=False,
            ),
            deletion_protection=settings.keep,
            removal_policy=RemovalPolicy.RETAIN if settings.keep else RemovalPolicy.DESTROY,
        )
        groups = {
            MODERATORS: "May work on the moderation queue",
            TRUSTED: "Known bots and load tests: no rate limits but the gateway's",
        }
        for name, description in groups.items():
            cognito.CfnUserPoolGroup(
                self,
                name.capitalize(),
                user_pool_id=pool.user_pool_id,
                group_name=name,
                description=description,
            )
        client = pool.add_client(
            "Client",
            user_pool_client_name=settings.called("client"),
            auth_flows=cognito.AuthFlow(user_password=True, user_srp=True),
            generate_secret=False,
            disable_o_auth=True,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(30),
        )
        identities = self._identities(settings, pool, client, media)
        parameters.publish(
            user_pool_id=pool.user_pool_id,
            user_pool_arn=pool.user_pool_arn,
            client_id=client.user_pool_client_id,
            identity_pool_id=identities.ref,
        )

    def _identities(
        self,
        settings: Settings,
        pool: cognito.UserPool,
        client: cognito.UserPoolClient,
        media: s3.IBucket,
    ) -> cognito.CfnIdentityPool:
        identities = cognito.CfnIdentityPool(
            self,
            "Identities",
            identity_pool_name=settings.called("identities"),
            allow_unauthenticated_identities=False,
            cognito_identity_providers=[
                cognito.CfnIdentityPool.CognitoIdentityProviderProperty(
                    client_id=client.user_pool_client_id,
                    provider_name=pool.user_pool_provider_name,
                    server_side_token_check=True,
                )
            ],
        )
        uploader = iam.Role(
            self,
            "Uploader",
            role_name=settings.called("uploader"),
            assumed_by=iam.WebIdentityPrincipal(
                "cognito-identity.amazonaws.com",
                {
                    "StringEquals": {"cognito-identity.amazonaws.com:aud": identities.ref},
                    "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
                },
            ).with_session_tags(),
            inline_policies={
                "own-uploads": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["s3:PutObject"],
                            resources=[media.arn_for_objects(UPLOADS + "${aws:PrincipalTag/sub}/*")],
                        )
                    ]
                )
            },
        )
        cognito.CfnIdentityPoolRoleAttachment(
            self, "Roles", identity_pool_id=identities.ref, roles={"authenticated": uploader.role_arn}
        )
        cognito.CfnIdentityPoolPrincipalTag(
            self,
            "Tags",
            identity_pool_id=identities.ref,
            identity_provider_name=pool.user_pool_provider_name,
            principal_tags={"sub": "sub"},
            use_defaults=False,
        )
        return identities
