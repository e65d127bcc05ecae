-- Can the figures be trusted? One row a check, with what broke it; all zero is a lake without a fault.
-- scans: 1
--
-- check_name  what was looked for
-- found       rows, changes or orders that break it
-- of_all      out of so many
-- meaning     what it says of the pipeline
SELECT
  checks.check_name,
  CASE checks.place
    WHEN 1 THEN foreign_rows
    WHEN 2 THEN repeats
    WHEN 3 THEN bad_quantities
    WHEN 4 THEN bad_prices
    WHEN 5 THEN unknown_statuses
    WHEN 6 THEN bad_times
    WHEN 7 THEN late_changes
    ELSE gaps
  END AS found,
  CASE
    WHEN checks.place <= 2 THEN all_rows
    WHEN checks.place <= 7 THEN changes
    ELSE orders
  END AS of_all,
  checks.meaning
FROM (
  SELECT
    CAST(coalesce(sum(all_rows), 0) AS bigint) AS all_rows,
    CAST(coalesce(sum(foreign_rows), 0) AS bigint) AS foreign_rows,
    CAST(coalesce(sum(repeats), 0) AS bigint) AS repeats,
    CAST(coalesce(sum(changes), 0) AS bigint) AS changes,
    CAST(coalesce(sum(bad_quantities), 0) AS bigint) AS bad_quantities,
    CAST(coalesce(sum(bad_prices), 0) AS bigint) AS bad_prices,
    CAST(coalesce(sum(unknown_statuses), 0) AS bigint) AS unknown_statuses,
    CAST(coalesce(sum(bad_times), 0) AS bigint) AS bad_times,
    CAST(coalesce(sum(late_changes), 0) AS bigint) AS late_changes,
    count(*) FILTER (WHERE changes > 0) AS orders,
    count(*) FILTER (WHERE first_event <> 'INSERT') AS gaps
  FROM (
    SELECT
      orderid,
      CAST(sum(deliveries) AS bigint) AS all_rows,
      CAST(coalesce(sum(deliveries) FILTER (WHERE event_id IS NULL), 0) AS bigint) AS foreign_rows,
      CAST(coalesce(sum(deliveries - 1) FILTER (WHERE event_id IS NOT NULL), 0) AS bigint) AS repeats,
      count(*) FILTER (WHERE event_id IS NOT NULL) AS changes,
      count(*) FILTER (WHERE event_id IS NOT NULL AND coalesce(quantity, 0) < 1) AS bad_quantities,
      count(*) FILTER (WHERE event_id IS NOT NULL AND coalesce(price, -1) < 0) AS bad_prices,
      count(*) FILTER (
        WHERE event_id IS NOT NULL
          AND coalesce(status, 'PLACED') NOT IN ('PLACED', 'PAID', 'SHIPPED', 'CANCELLED', 'RETURNED')
      ) AS unknown_statuses,
      count(*) FILTER (WHERE event_id IS NOT NULL AND changed_at IS NULL) AS bad_times,
      count(*) FILTER (WHERE to_unixtime(delivered_at) - to_unixtime(changed_at) > 3600) AS late_changes,
      min_by(event_name, version) AS first_event
    FROM (
      SELECT
        event_id,
        max(orderid) AS orderid,
        max(event_name) AS event_name,
        max(version) AS version,
        max(quantity) AS quantity,
        max(price) AS price,
        max(status) AS status,
        max(changed_at) AS changed_at,
        min(delivered_at) AS delivered_at,
        count(*) AS deliveries
      FROM (
        SELECT
          CAST(event_id AS varchar) AS event_id,
          CAST(event_name AS varchar) AS event_name,
          lpad(CAST(sequence_number AS varchar), 40, '0') AS version,
          CAST(orderid AS varchar) AS orderid,
          TRY_CAST(quantity AS bigint) AS quantity,
          TRY_CAST(price AS decimal(18, 2)) AS price,
          CAST(status AS varchar) AS status,
          CAST(TRY(from_iso8601_timestamp(CAST(changed_at AS varchar))) AS timestamp) AS changed_at,
          CAST("$file_modified_time" AS timestamp) AS delivered_at
        FROM projection_orders
      ) AS raw
      GROUP BY event_id
    ) AS changes
    GROUP BY orderid
  ) AS orders
) AS counted
CROSS JOIN (
  VALUES
    (1, 'foreign rows', 'rows that did not come through the pipeline; no other view counts them'),
    (2, 'repeats', 'rows that were delivered once more; the views drop them'),
    (3, 'bad quantities', 'changes whose quantity is missing or below one'),
    (4, 'bad prices', 'changes whose price is missing, below zero or greater than the views can hold'),
    (5, 'unknown statuses', 'changes with a status that the contract does not know'),
    (6, 'bad times', 'changes whose time cannot be read'),
    (7, 'late changes', 'changes that came into the lake more than an hour after the table took them'),
    (8, 'gaps', 'orders whose first change in the lake is not their placing: something before it is missing')
) AS checks (place, check_name, meaning)
