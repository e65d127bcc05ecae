-- How much is sold, minute by minute? Orders by the minute in which the table took them (their INSERT), with what
-- they are worth now. Orders that have been cancelled, returned or removed since count in full, so that a
-- cancellation does not rewrite the minute, and once more apart: revenue less cancelled_revenue is what stands.
-- scans: 1
--
-- minute             its first moment, UTC; a minute without an order has no row
-- orders             orders placed in it
-- units              their pieces
-- revenue            their quantity times price, exact
-- cancelled_orders   those of them that have been cancelled, returned or removed by now
-- cancelled_units    their pieces
-- cancelled_revenue  their quantity times price, exact
SELECT
  date_trunc('minute', placed_at) AS minute,
  count(*) AS orders,
  CAST(sum(quantity) AS bigint) AS units,
  CAST(coalesce(sum(quantity * price), 0) AS decimal(38, 2)) AS revenue,
  count(*) FILTER (WHERE cancelled) AS cancelled_orders,
  CAST(coalesce(sum(quantity) FILTER (WHERE cancelled), 0) AS bigint) AS cancelled_units,
  CAST(coalesce(sum(quantity * price) FILTER (WHERE cancelled), 0) AS decimal(38, 2)) AS cancelled_revenue
FROM (
  SELECT
    orderid,
    -- A key that was removed and put again is one order, placed when it was put last.
    max(changed_at) FILTER (WHERE event_name = 'INSERT') AS placed_at,
    max_by(quantity, sequence_number) AS quantity,
    max_by(price, sequence_number) AS price,
    max_by(
      event_name = 'REMOVE' OR coalesce(status, 'PLACED') IN ('CANCELLED', 'RETURNED'),
      sequence_number
    ) AS cancelled
  FROM order_changes
  -- `npm run smoke` sends an order through a deployed pipeline; it is no sale.
  WHERE coalesce(channel, '') <> 'smoke-test'
  GROUP BY orderid
) AS placed
WHERE placed_at IS NOT NULL
GROUP BY date_trunc('minute', placed_at)
