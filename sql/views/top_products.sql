-- What sells best? Each product over the orders that stand: none that was cancelled, returned or removed.
-- Ask for a list with `WHERE sales_rank <= 10 ORDER BY sales_rank`.
-- scans: 1
--
-- sales_rank    1 for the greatest revenue; equal revenue, equal rank
-- product_name  what the orders call it
-- category      null if none of its orders names one
-- orders        orders that stand
-- units         their pieces
-- revenue       their quantity times price, exact
SELECT
  rank() OVER (ORDER BY revenue DESC) AS sales_rank,
  product_name,
  category,
  orders,
  units,
  revenue
FROM (
  SELECT
    product_name,
    max(category) AS category,
    count(*) AS orders,
    CAST(sum(quantity) AS bigint) AS units,
    CAST(coalesce(sum(revenue), 0) AS decimal(38, 2)) AS revenue
  FROM orders_current
  WHERE coalesce(status, 'PLACED') NOT IN ('CANCELLED', 'RETURNED')
  GROUP BY product_name
) AS products
