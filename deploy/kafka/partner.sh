#!/usr/bin/env bash
# A partner agency's own topic, its credentials, and the right to read that topic and nothing else.
#
#   KAFKA_HOME=/opt/kafka BOOTSTRAP=broker:9092 ADMIN=admin.properties deploy/kafka/partner.sh FIRE-1
#
# What is taken back (R-34) stays on the topic until its retention ends, so this is a week and not the 90 days of the feed;
# run again, the script shortens it for a topic that is there already.
#
# The password is read from standard input. The topic has one partition, so that the numbers come in order. Brokers need a
# listener of their own for partners (SASL_SSL, SCRAM-SHA-512) and an authorizer; the internal topics lounge.* stay
# unreadable for them. The desk's own user writes: LOUNGE_NOTIFICATIONS_PARTNER_KAFKA, …_USER, …_PASSWORD, …_TLS.
set -euo pipefail

unit=${1:?unit of the agency, as FIRE-1}
user=$(tr '[:upper:]' '[:lower:]' <<<"$unit")
topic=partners.$user
desk=${DESK_USER:-lounge}
bin=${KAFKA_HOME:?}/bin
to=(--bootstrap-server "${BOOTSTRAP:?}" --command-config "${ADMIN:?}")
read -rs -p "password of $user: " password

"$bin/kafka-topics.sh" "${to[@]}" --create --if-not-exists --topic "$topic" --partitions 1
"$bin/kafka-configs.sh" "${to[@]}" --alter --entity-type topics --entity-name "$topic" \
  --add-config retention.ms=604800000,segment.ms=86400000
"$bin/kafka-configs.sh" "${to[@]}" --alter --entity-type users --entity-name "$user" \
  --add-config "SCRAM-SHA-512=[password=$password]"
"$bin/kafka-acls.sh" "${to[@]}" --add --allow-principal "User:$user" --operation Read --operation Describe \
  --topic "$topic"
"$bin/kafka-acls.sh" "${to[@]}" --add --allow-principal "User:$user" --operation Read --group "$user"
"$bin/kafka-acls.sh" "${to[@]}" --add --allow-principal "User:$desk" --operation Write --operation Describe \
  --topic "$topic"
"$bin/kafka-acls.sh" "${to[@]}" --add --allow-principal "User:$desk" --operation IdempotentWrite --cluster
