-- What happened to the orders, change by change? Every change that the table took, once, however often a hop
-- delivered it. A row that came into the lake by another way than the pipeline has no event_id and is left out.
-- scans: 1
--
-- event_id         names the change
-- event_name       INSERT, MODIFY or REMOVE
-- changed_at       when the table took it, UTC; DynamoDB tells it to the second
-- sequence_number  padded to 40 digits, so that as text it sorts as the number does; of one order, the greater is newer
-- orderid …        the order as the change left it; a REMOVE has it as it was before
-- price            of one piece, exact; null if it has more than 16 digits before the point
-- created_at       when the shop says the order was placed, UTC; null for four-field orders, as all below it
SELECT
  event_id,
  -- Repeats are equal but for their place in the lake. Should they ever differ, max answers the same each time.
  max(event_name) AS event_name,
  max(changed_at) AS changed_at,
  max(sequence_number) AS sequence_number,
  max(orderid) AS orderid,
  max(product_name) AS product_name,
  max(quantity) AS quantity,
  max(price) AS price,
  max(created_at) AS created_at,
  max(category) AS category,
  max(customer_id) AS customer_id,
  max(status) AS status,
  max(currency) AS currency,
  max(region) AS region,
  max(deal_id) AS deal_id,
  max(channel) AS channel
FROM (
  SELECT
    CAST(event_id AS varchar) AS event_id,
    CAST(event_name AS varchar) AS event_name,
    CAST(from_iso8601_timestamp(CAST(changed_at AS varchar)) AS timestamp) AS changed_at,
    lpad(CAST(sequence_number AS varchar), 40, '0') AS sequence_number,
    CAST(orderid AS varchar) AS orderid,
    CAST(product_name AS varchar) AS product_name,
    TRY_CAST(quantity AS bigint) AS quantity,
    TRY_CAST(price AS decimal(18, 2)) AS price,
    CAST(TRY(from_iso8601_timestamp(CAST(created_at AS varchar))) AT TIME ZONE 'UTC' AS timestamp) AS created_at,
    CAST(category AS varchar) AS category,
    CAST(customer_id AS varchar) AS customer_id,
    CAST(status AS varchar) AS status,
    CAST(currency AS varchar) AS currency,
    CAST(region AS varchar) AS region,
    CAST(deal_id AS varchar) AS deal_id,
    CAST(channel AS varchar) AS channel
  FROM projection_orders
  WHERE event_id IS NOT NULL
) AS delivered
GROUP BY event_id
