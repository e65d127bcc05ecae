-- How long is the way from the table to the lake? By the minute in which the table took the changes. A change is
-- delivered when its file was written; of a repeat, the first file counts. DynamoDB tells the time of a change to the
-- second, so each figure may be up to a second too high.
-- scans: 1
--
-- minute        its first moment, UTC
-- changes       changes that the table took in it and that are in the lake
-- seconds_p50   half of them were delivered within so many seconds; approximate, as seconds_p99
-- seconds_p99   all but one in a hundred were
-- seconds_max   all were
SELECT
  date_trunc('minute', changed_at) AS minute,
  count(*) AS changes,
  approx_percentile(seconds, 0.5e0) AS seconds_p50,
  approx_percentile(seconds, 0.99e0) AS seconds_p99,
  max(seconds) AS seconds_max
FROM (
  SELECT
    event_id,
    min(changed_at) AS changed_at,
    to_unixtime(min(delivered_at)) - to_unixtime(min(changed_at)) AS seconds
  FROM (
    SELECT
      CAST(event_id AS varchar) AS event_id,
      CAST(from_iso8601_timestamp(CAST(changed_at AS varchar)) AS timestamp) AS changed_at,
      CAST("$file_modified_time" AS timestamp) AS delivered_at
    FROM projection_orders
    WHERE event_id IS NOT NULL
  ) AS delivered
  GROUP BY event_id
) AS changes
GROUP BY date_trunc('minute', changed_at)
