"""The CDN's paths, headers and permissions."""

import json
import re
from typing import Any

from infra.cdk.edge import APIS, PAGE_FALLBACK, STRIP_PREFIX
from infra.tests.conftest import Synthesised, Template


def distribution(template: Template) -> dict[str, Any]:
    (found,) = template.of("AWS::CloudFront::Distribution").values()
    config: dict[str, Any] = found["Properties"]["DistributionConfig"]
    return config


def test_each_api_has_a_path_that_is_never_cached(prod: Synthesised) -> None:
    behaviours = {b["PathPattern"]: b for b in distribution(prod.edge)["CacheBehaviors"]}
    assert set(behaviours) == {"media/*", *(f"api/{service}/*" for service in APIS)}
    caching_disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    for service in APIS:
        assert behaviours[f"api/{service}/*"]["CachePolicyId"] == caching_disabled
        assert "POST" in behaviours[f"api/{service}/*"]["AllowedMethods"]


def test_no_error_page_hides_what_an_api_answers(prod: Synthesised) -> None:
    assert "CustomErrorResponses" not in distribution(prod.edge)


def test_real_stages_speak_tls_only(prod: Synthesised) -> None:
    config = distribution(prod.edge)
    for behaviour in [config["DefaultCacheBehavior"], *config["CacheBehaviors"]]:
        assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"
    for origin in config["Origins"]:
        if "CustomOriginConfig" in origin:
            assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    for policy in prod.edge.of("AWS::S3::BucketPolicy").values():
        assert '"aws:SecureTransport": "false"' in json.dumps(policy)


def test_buckets_are_read_by_this_distribution_only_and_of_media_only_renditions(prod: Synthesised) -> None:
    policies = prod.edge.of("AWS::S3::BucketPolicy")
    assert len(policies) == 2
    for name, policy in policies.items():
        allowed = policy["Properties"]["PolicyDocument"]["Statement"][0]
        assert allowed["Action"] == "s3:GetObject"
        assert "AWS:SourceArn" in allowed["Condition"]["StringEquals"]
        assert json.dumps(allowed["Resource"]).count("/media/*") == ("media" in name)


def test_every_answer_carries_the_headers_of_safety(prod: Synthesised) -> None:
    config = distribution(prod.edge)
    for behaviour in [config["DefaultCacheBehavior"], *config["CacheBehaviors"]]:
        assert "ResponseHeadersPolicyId" in behaviour
    for policy in prod.edge.of("AWS::CloudFront::ResponseHeadersPolicy").values():
        headers = policy["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
        assert headers["ContentTypeOptions"]["Override"] is True
        assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31536000
        assert "default-src" in json.dumps(headers["ContentSecurityPolicy"])


def test_the_page_runs_no_inline_script_wears_no_inline_style_and_shows_no_data_address(
    prod: Synthesised,
) -> None:
    policies = json.dumps(prod.edge.of("AWS::CloudFront::ResponseHeadersPolicy"))
    assert "script-src 'self'; style-src 'self'; img-src 'self' blob:;" in policies
    assert "unsafe" not in policies
    assert "data:" not in policies


def test_the_api_prefix_is_stripped_and_the_rest_of_the_path_kept() -> None:
    found = re.search(r"replace\(/(.+?)/, ''\)", STRIP_PREFIX)
    assert found is not None
    pattern = found[1].replace(r"\/", "/")
    assert re.sub(pattern, "", "/api/posts/v1/timelines/home") == "/v1/timelines/home"
    assert re.sub(pattern, "", "/api/posts/v1/api/posts") == "/v1/api/posts"


def test_a_path_of_the_page_falls_back_to_it_and_a_missing_file_does_not() -> None:
    found = re.search(r"!/(.+?)/i\.test", PAGE_FALLBACK)
    assert found is not None
    for path in ("/", "/people/@aiko", "/posts/01J0", "/search"):
        assert not re.search(found[1], path)
    for path in ("/config.json", "/assets/index-1a2b.js", "/favicon.ico"):
        assert re.search(found[1], path, re.IGNORECASE)


def test_the_cdn_asks_for_a_rendition_again_before_an_erased_person_must_be_gone(prod: Synthesised) -> None:
    (policy,) = prod.edge.of("AWS::CloudFront::CachePolicy").values()
    assert policy["Properties"]["CachePolicyConfig"]["MaxTTL"] < 24 * 3600
