-- Who buys most? Each customer over the orders that stand: none that was cancelled, returned or removed.
-- Ask for a list with `WHERE value_rank <= 10 ORDER BY value_rank`.
-- scans: 1
--
-- value_rank       1 for the greatest revenue; equal revenue, equal rank
-- customer_id      orders that name no customer have no row
-- orders           orders that stand
-- units            their pieces
-- revenue          their quantity times price, exact
-- first_placed_at  when the shop says the first of them was placed, UTC; null where no order says it
-- last_placed_at   likewise the last
SELECT
  rank() OVER (ORDER BY revenue DESC) AS value_rank,
  customer_id,
  orders,
  units,
  revenue,
  first_placed_at,
  last_placed_at
FROM (
  SELECT
    customer_id,
    count(*) AS orders,
    CAST(sum(quantity) AS bigint) AS units,
    CAST(coalesce(sum(revenue), 0) AS decimal(38, 2)) AS revenue,
    min(created_at) AS first_placed_at,
    max(created_at) AS last_placed_at
  FROM orders_current
  WHERE customer_id IS NOT NULL AND coalesce(status, 'PLACED') NOT IN ('CANCELLED', 'RETURNED')
  GROUP BY customer_id
) AS customers
