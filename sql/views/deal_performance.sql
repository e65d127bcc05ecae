-- What does each deal bring? Over the orders that name it and are in the table; removed ones are gone.
-- scans: 1
--
-- deal_id            the deal; orders without one have no row
-- orders             orders that stand: neither cancelled nor returned
-- units              their pieces
-- revenue            their quantity times price, exact
-- customers          different customers among them
-- cancelled_orders   orders that were cancelled or returned
-- cancelled_revenue  their quantity times price, exact
-- share              of the revenue of all orders that stand, with a deal or without, 0 to 1
SELECT
  deal_id,
  orders,
  units,
  revenue,
  customers,
  cancelled_orders,
  cancelled_revenue,
  share
FROM (
  SELECT
    deal_id,
    orders,
    units,
    revenue,
    customers,
    cancelled_orders,
    cancelled_revenue,
    CAST(revenue AS double) / nullif(CAST(sum(revenue) OVER () AS double), 0) AS share
  FROM (
    SELECT
      deal_id,
      count(*) FILTER (WHERE stands) AS orders,
      CAST(coalesce(sum(quantity) FILTER (WHERE stands), 0) AS bigint) AS units,
      CAST(coalesce(sum(revenue) FILTER (WHERE stands), 0) AS decimal(38, 2)) AS revenue,
      count(DISTINCT CASE WHEN stands THEN customer_id END) AS customers,
      count(*) FILTER (WHERE NOT stands) AS cancelled_orders,
      CAST(coalesce(sum(revenue) FILTER (WHERE NOT stands), 0) AS decimal(38, 2)) AS cancelled_revenue
    FROM (
      SELECT
        deal_id,
        customer_id,
        quantity,
        revenue,
        coalesce(status, 'PLACED') NOT IN ('CANCELLED', 'RETURNED') AS stands
      FROM orders_current
    ) AS marked
    GROUP BY deal_id
  ) AS counted
) AS shared
WHERE deal_id IS NOT NULL
