-- Which day of the shop does each minute of sales belong to, and how far is that day then? The shop's clock
-- (sql/seeds/shop_clock.csv) says when its days begin: a day on which it changes has 23 or 25 hours.
-- scans: 1
--
-- minute          its first moment, UTC
-- day             the shop's date
-- day_starts_at   the day's first moment, UTC
-- day_ends_at     the next day's first moment, UTC
-- share_passed    the share of the day, 0 to 1, that is over when the minute ends
-- event           null on a day that is no event
-- profile         how the day's sales are expected to be spread, a name in event_profiles
-- orders          orders placed in the minute
-- revenue         their quantity times price, exact; cancelled ones in full, as in sales_by_minute
SELECT
  placed.minute,
  placed.day,
  placed.day_starts_at,
  placed.day_ends_at,
  (to_unixtime(placed.minute) + 60 - to_unixtime(placed.day_starts_at))
    / (to_unixtime(placed.day_ends_at) - to_unixtime(placed.day_starts_at)) AS share_passed,
  event_calendar.event,
  coalesce(event_calendar.profile, 'normal-day') AS profile,
  placed.orders,
  placed.revenue
FROM (
  SELECT
    local.minute,
    local.day,
    date_add('minute', -first_clock.utc_offset_minutes, CAST(local.day AS timestamp)) AS day_starts_at,
    date_add('minute', -next_clock.utc_offset_minutes, date_add('day', 1, CAST(local.day AS timestamp))) AS day_ends_at,
    local.orders,
    local.revenue
  FROM (
    SELECT
      sales_by_minute.minute,
      CAST(date_add('minute', shop_clock.utc_offset_minutes, sales_by_minute.minute) AS date) AS day,
      sales_by_minute.orders,
      sales_by_minute.revenue
    FROM sales_by_minute
    JOIN shop_clock ON sales_by_minute.minute >= shop_clock.since AND sales_by_minute.minute < shop_clock.until
  ) AS local
  -- The offset at the day's own midnight, and at the next: on a day when the clock changes they differ.
  JOIN shop_clock AS first_clock
    ON date_add('minute', -first_clock.utc_offset_minutes, CAST(local.day AS timestamp)) >= first_clock.since
    AND date_add('minute', -first_clock.utc_offset_minutes, CAST(local.day AS timestamp)) < first_clock.until
  JOIN shop_clock AS next_clock
    ON date_add('minute', -next_clock.utc_offset_minutes, date_add('day', 1, CAST(local.day AS timestamp))) >= next_clock.since
    AND date_add('minute', -next_clock.utc_offset_minutes, date_add('day', 1, CAST(local.day AS timestamp))) < next_clock.until
) AS placed
LEFT JOIN event_calendar ON event_calendar.day = placed.day
