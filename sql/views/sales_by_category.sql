-- What does each category sell? Over the orders that stand: none that was cancelled, returned or removed.
-- scans: 1
--
-- category  null for orders that name none, such as four-field orders
-- orders    orders that stand
-- units     their pieces
-- revenue   their quantity times price, exact
-- share     of the revenue of all categories, 0 to 1; null while nothing is sold
SELECT
  category,
  orders,
  units,
  revenue,
  CAST(revenue AS double) / nullif(CAST(sum(revenue) OVER () AS double), 0) AS share
FROM (
  SELECT
    category,
    count(*) AS orders,
    CAST(sum(quantity) AS bigint) AS units,
    CAST(coalesce(sum(revenue), 0) AS decimal(38, 2)) AS revenue
  FROM orders_current
  WHERE coalesce(status, 'PLACED') NOT IN ('CANCELLED', 'RETURNED')
  GROUP BY category
) AS categories
