"""Uploaded files in S3, or in anything that speaks its protocol; for hosts that install the extra `s3`.

Nothing imports this module: a host names the class in STORAGES. The stock class of django-storages takes what it is
not told from the host's AWS_* settings, which on an Open edX site describe public media. Here the safe values stand in
the class, where the host's settings do not reach and only the OPTIONS of the alias do.
"""

from __future__ import annotations

from typing import Any, Final

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from storages.backends.s3 import S3Storage

# At worst two tries of 2 + 5 seconds: an upload is answered within 15 seconds while S3 is away or silent.
BOUNDS: Final = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})
ONE_REQUEST: Final = 64 * 1024 * 1024  # bytes; an upload in parts that breaks off leaves parts behind that nobody lists


class PrivateS3Storage(S3Storage):
    """Needs `bucket_name` among its OPTIONS; everything that django-storages knows may be given there as well."""

    # Without an ACL in the request an object is its owner's alone. "private" would say the same, but buckets with
    # ACLs switched off, which is how new ones are made, refuse it.
    default_acl = None
    querystring_auth = True
    querystring_expire = 300
    custom_domain = None
    file_overwrite = False
    gzip = False
    location = "course_discovery_bulk"
    max_memory_size = 1024 * 1024
    object_parameters = {"CacheControl": "private, no-store"}
    client_config: Any = None
    transfer_config = TransferConfig(multipart_threshold=ONE_REQUEST, num_download_attempts=2)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.client_config = BOUNDS.merge(self.client_config)  # what the host gives has the last word
