"""Images from public addresses: fetched without credentials, checked, and turned into data URIs."""
