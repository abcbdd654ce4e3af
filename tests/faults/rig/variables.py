"""Names of the variables in which a test tells the rig's workers how to differ."""

CELERY_VARIABLE = "FAULTS_CELERY"
LATE_ACK_VARIABLE = "FAULTS_LATE_ACK"
