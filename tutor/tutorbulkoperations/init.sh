./manage.py migrate course_discovery_bulk
./manage.py check --tag course_discovery_bulk
