-- How far do orders come? Each step with the orders that ever reached it and those that are there now. An order
-- without a status is placed. Orders that were removed count in the steps that they reached.
-- scans: 1
--
-- step             1 to 5: PLACED, PAID, SHIPPED, CANCELLED, RETURNED; the last two are ways out
-- status           the step's name
-- orders_reached   orders that ever had this status
-- orders_now       orders of the table that have it now
-- share_of_placed  orders_reached ÷ all orders, 0 to 1
SELECT
  steps.step,
  steps.status,
  CASE steps.step
    WHEN 1 THEN placed
    WHEN 2 THEN paid
    WHEN 3 THEN shipped
    WHEN 4 THEN cancelled
    ELSE returned
  END AS orders_reached,
  CASE steps.step
    WHEN 1 THEN placed_now
    WHEN 2 THEN paid_now
    WHEN 3 THEN shipped_now
    WHEN 4 THEN cancelled_now
    ELSE returned_now
  END AS orders_now,
  CAST(
    CASE steps.step
      WHEN 1 THEN placed
      WHEN 2 THEN paid
      WHEN 3 THEN shipped
      WHEN 4 THEN cancelled
      ELSE returned
    END AS double
  ) / CAST(placed AS double) AS share_of_placed
FROM (
  SELECT
    count(*) AS placed,
    count(*) FILTER (WHERE was_paid) AS paid,
    count(*) FILTER (WHERE was_shipped) AS shipped,
    count(*) FILTER (WHERE was_cancelled) AS cancelled,
    count(*) FILTER (WHERE was_returned) AS returned,
    count(*) FILTER (WHERE status_now = 'PLACED') AS placed_now,
    count(*) FILTER (WHERE status_now = 'PAID') AS paid_now,
    count(*) FILTER (WHERE status_now = 'SHIPPED') AS shipped_now,
    count(*) FILTER (WHERE status_now = 'CANCELLED') AS cancelled_now,
    count(*) FILTER (WHERE status_now = 'RETURNED') AS returned_now
  FROM (
    SELECT
      orderid,
      coalesce(bool_or(status = 'PAID'), false) AS was_paid,
      coalesce(bool_or(status = 'SHIPPED'), false) AS was_shipped,
      coalesce(bool_or(status = 'CANCELLED'), false) AS was_cancelled,
      coalesce(bool_or(status = 'RETURNED'), false) AS was_returned,
      max_by(CASE WHEN event_name = 'REMOVE' THEN 'REMOVED' ELSE coalesce(status, 'PLACED') END, sequence_number)
        AS status_now
    FROM order_changes
    GROUP BY orderid
  ) AS orders
) AS counted
CROSS JOIN (
  VALUES (1, 'PLACED'), (2, 'PAID'), (3, 'SHIPPED'), (4, 'CANCELLED'), (5, 'RETURNED')
) AS steps (step, status)
WHERE placed > 0
