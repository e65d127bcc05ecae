-- What will the day have sold when it is over? One row for the newest day of the lake, as of its newest minute with an
-- order: what is sold so far, divided by the share of a day's sales that the last comparable event had made by then.
-- Beside it the naive run rate, a band from the backtest at the same hour of days of the same profile, and the skill:
-- how much smaller the projection's error was than the run rate's.
-- scans: 2
--
-- day               the shop's date
-- as_of             the end of the newest minute with an order, UTC: "now" is the newest order, so a result can be repeated
-- event             null on a day that is no event
-- basis             what it is projected by: the profile of the event, or of normal days
-- share_passed      the share of the day, 0 to 1, that is over
-- share_sold        the share of the day's sales that the profile says are made by then
-- orders            placed so far
-- sold              their revenue, exact
-- status            projected, or insufficient history
-- why               for insufficient history, the reason
-- projected         the day's revenue, to the cent; null where the status says insufficient history, as all below
-- low, high         eight of ten days of the backtest lie between; null with fewer than five days
-- run_rate          sold ÷ share_passed: what a day of even sales would make
-- backtest_days     whole days of this profile that the band and the skill stand on
-- skill             1 − the projection's absolute error ÷ the run rate's, summed over the backtest at this hour: 1 is
--                   perfect, 0 no better than the run rate; null without a whole day
SELECT
  day,
  as_of,
  event,
  basis,
  share_passed,
  share_sold,
  orders,
  sold,
  CASE WHEN why IS NULL THEN 'projected' ELSE 'insufficient history' END AS status,
  why,
  CASE WHEN why IS NULL THEN CAST(round(estimate, 2) AS decimal(38, 2)) END AS projected,
  CASE WHEN why IS NULL AND days >= 5 THEN CAST(round(estimate * low_ratio, 2) AS decimal(38, 2)) END AS low,
  CASE WHEN why IS NULL AND days >= 5 THEN CAST(round(estimate * high_ratio, 2) AS decimal(38, 2)) END AS high,
  CASE WHEN why IS NULL THEN CAST(round(CAST(sold AS double) / share_passed, 2) AS decimal(38, 2)) END AS run_rate,
  coalesce(days, 0) AS backtest_days,
  CASE WHEN why IS NULL THEN skill END AS skill
FROM (
  SELECT
    today.day,
    today.as_of,
    today.event,
    CASE
      WHEN today.event IS NULL THEN 'normal days'
      ELSE concat('the profile ', today.profile)
    END AS basis,
    today.share_passed,
    today.share_sold,
    today.orders,
    today.sold,
    CAST(today.sold AS double) / nullif(today.share_sold, 0) AS estimate,
    CASE
      WHEN today.share_sold IS NULL THEN concat('there is no profile ', today.profile)
      WHEN today.day_starts_at < date_add('hour', -1, today.first_minute)
        THEN 'the lake begins later than an hour into the day'
      WHEN today.share_sold < 8e-2 THEN 'by the profile, less than 8 % of the day is sold'
    END AS why,
    past.days,
    past.low_ratio,
    past.high_ratio,
    past.skill
  FROM (
    SELECT
      newest.day,
      newest.event,
      newest.profile,
      newest.day_starts_at,
      newest.first_minute,
      newest.as_of,
      newest.share_passed,
      newest.orders,
      newest.sold,
      CAST(profile_curve.sold_before AS double)
        + CAST(profile_curve.share AS double) * (newest.share_passed * 96 - profile_curve.quarter_hour) AS share_sold
    FROM (
      SELECT
        day,
        event,
        profile,
        day_starts_at,
        min(first_minute) AS first_minute,
        date_add('minute', 1, max(minute)) AS as_of,
        max(share_passed) AS share_passed,
        CAST(sum(orders) AS bigint) AS orders,
        CAST(sum(revenue) AS decimal(38, 2)) AS sold
      FROM (
        SELECT
          minute,
          day,
          event,
          profile,
          day_starts_at,
          share_passed,
          orders,
          revenue,
          max(day) OVER () AS newest_day,
          min(minute) OVER () AS first_minute
        FROM shop_minutes
      ) AS marked
      WHERE day = newest_day
      GROUP BY day, event, profile, day_starts_at
    ) AS newest
    LEFT JOIN profile_curve
      ON profile_curve.profile = newest.profile
      AND profile_curve.quarter_hour = least(95, CAST(floor(newest.share_passed * 96) AS integer))
  ) AS today
  LEFT JOIN (
    SELECT
      profile,
      as_of_hour,
      count(*) AS days,
      -- The nearest rank: the tenth part of the days lies below it, the tenth part above the other.
      max(ratio) FILTER (WHERE place <= greatest(1, CAST(ceil(of_days * 1e-1) AS bigint))) AS low_ratio,
      max(ratio) FILTER (WHERE place <= CAST(ceil(of_days * 9e-1) AS bigint)) AS high_ratio,
      1 - sum(abs(CAST(projected AS double) - CAST(actual AS double)))
        / nullif(sum(abs(CAST(run_rate AS double) - CAST(actual AS double))), 0) AS skill
    FROM (
      SELECT
        profile,
        as_of_hour,
        actual,
        projected,
        run_rate,
        ratio,
        row_number() OVER (PARTITION BY profile, as_of_hour ORDER BY ratio, day) AS place,
        count(*) OVER (PARTITION BY profile, as_of_hour) AS of_days
      FROM projection_backtest
      WHERE projected IS NOT NULL
    ) AS ranked
    GROUP BY profile, as_of_hour
  ) AS past
    ON past.profile = today.profile AND past.as_of_hour = CAST(floor(today.share_passed * 24 + 1e-4) AS integer)
) AS asked
