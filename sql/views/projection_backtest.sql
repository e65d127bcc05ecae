-- How right would the projection have been? Every day of the lake that is over, asked again at the end of each of its
-- hours: what the profile would have said, what the naive run rate would have said, and what was sold in the end.
-- Origins roll over the day; the profile is a seed, so it knows nothing of the day that it is held against.
-- scans: 1
--
-- day         the shop's date; whole days only, so the lake's newest is not among them
-- event       null on a day that is no event
-- profile     what it was projected by
-- as_of_hour  1 to 23: so many twenty-fourths of the day are over
-- share_sold  the share of the day's sales that the profile says are made by then
-- sold        what was sold by then, exact
-- actual      what the whole day sold, exact
-- projected   sold ÷ share_sold, to the cent; null before 8 % of the profile's sales are made, as in sales_projection
-- run_rate    sold ÷ the share of the day that is over, to the cent
-- ratio       actual ÷ projected: 1.1 is a day that sold a tenth more than was projected
SELECT
  day,
  event,
  profile,
  as_of_hour,
  share_sold,
  sold,
  actual,
  CAST(round(projected, 2) AS decimal(38, 2)) AS projected,
  CAST(round(CAST(sold AS double) * 24 / as_of_hour, 2) AS decimal(38, 2)) AS run_rate,
  CAST(actual AS double) / projected AS ratio
FROM (
  SELECT
    asked.day,
    asked.event,
    asked.profile,
    asked.as_of_hour,
    profile_curve.sold_before AS share_sold,
    asked.sold,
    asked.actual,
    CASE
      WHEN profile_curve.sold_before >= DECIMAL '0.08' AND asked.sold > 0
      THEN CAST(asked.sold AS double) / CAST(profile_curve.sold_before AS double)
    END AS projected
  FROM (
    SELECT
      whole.day,
      whole.event,
      whole.profile,
      hours.as_of_hour,
      CAST(coalesce(sum(whole.revenue) FILTER (WHERE whole.share_passed * 24 <= hours.as_of_hour + 1e-4), 0) AS decimal(38, 2)) AS sold,
      CAST(sum(whole.revenue) AS decimal(38, 2)) AS actual
    FROM (
      SELECT
        day,
        event,
        profile,
        day_starts_at,
        day_ends_at,
        share_passed,
        revenue,
        min(minute) OVER () AS first_minute,
        max(minute) OVER () AS last_minute
      FROM shop_minutes
    ) AS whole
    CROSS JOIN (
      VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15), (16), (17), (18),
        (19), (20), (21), (22), (23)
    ) AS hours (as_of_hour)
    -- Over, and seen from its first hour on: the day on which the lake began is no whole day.
    WHERE whole.day_ends_at <= whole.last_minute AND whole.day_starts_at >= date_add('hour', -1, whole.first_minute)
    GROUP BY whole.day, whole.event, whole.profile, hours.as_of_hour
  ) AS asked
  JOIN profile_curve
    ON profile_curve.profile = asked.profile AND profile_curve.quarter_hour = asked.as_of_hour * 4
) AS judged
