-- How much of its sales has a day of each profile made by each quarter of an hour? The running sum of
-- sql/seeds/event_profiles.csv.
-- scans: 0
--
-- profile       its name; event_calendar gives one to each event, every other day has normal-day
-- quarter_hour  0 to 95, counted from the day's beginning
-- share         the share of the day's sales, 0 to 1, that falls into it
-- sold_before   the share of the day's sales that is made before it begins
SELECT
  profile,
  quarter_hour,
  share,
  CAST(
    sum(share) OVER (
      PARTITION BY profile ORDER BY quarter_hour ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) - share AS decimal(18, 8)
  ) AS sold_before
FROM event_profiles
