-- What does the table hold now? Each order as its newest change left it; orders that were removed are gone.
-- It reads the lake once: the newest change is the newest however often it was delivered.
-- scans: 1
--
-- orderid          the table's key
-- price            of one piece, exact; null if it has more than 16 digits before the point
-- revenue          quantity times price, exact
-- status           null for four-field orders, as every column from created_at to channel
-- created_at       when the shop says the order was placed, UTC
-- changed_at       when the table took the newest change, UTC
SELECT
  orderid,
  max_by(product_name, version) AS product_name,
  max_by(quantity, version) AS quantity,
  max_by(price, version) AS price,
  CAST(max_by(quantity * price, version) AS decimal(38, 2)) AS revenue,
  max_by(status, version) AS status,
  max_by(created_at, version) AS created_at,
  max_by(category, version) AS category,
  max_by(customer_id, version) AS customer_id,
  max_by(currency, version) AS currency,
  max_by(region, version) AS region,
  max_by(deal_id, version) AS deal_id,
  max_by(channel, version) AS channel,
  max_by(changed_at, version) AS changed_at
FROM (
  SELECT
    -- Sequence numbers have 21 to 40 digits: as text of one length they compare as numbers.
    lpad(CAST(sequence_number AS varchar), 40, '0') AS version,
    CAST(event_name AS varchar) AS event_name,
    CAST(from_iso8601_timestamp(CAST(changed_at AS varchar)) AS timestamp) AS changed_at,
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
GROUP BY orderid
HAVING max_by(event_name, version) <> 'REMOVE'
