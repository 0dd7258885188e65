using System.Globalization;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Demo;

/// <summary>What the demo measured of an indicator: mostly what was planned, some more, some less; the same on every run.</summary>
internal static class DemoMeasure
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>At the end of the year.</summary>
    /// <param name="row">The indicator.</param>
    /// <param name="seed">What is varied, is varied by it.</param>
    public static string Actual(YearIndicator row, int seed)
    {
        if (row.Sign == "定性")
        {
            return seed % 5 == 0 ? "部分达成" : "达成";
        }

        if (FormValue.Date(row.Value) is { } day)
        {
            return FormValue.Write(seed % 11 == 0 ? day.AddDays(9) : day.AddDays(-(seed % 20)));
        }

        var target = decimal.Parse(row.Value, Invariant);
        var short_ = seed % 4 == 0;
        return row.Sign switch
        {
            "≤" => Write(row.Value, short_ ? target * 1.05m : target * (100 - (seed % 6)) / 100),
            "＝" when row.Unit == "%" => Write(row.Value, seed % 6 == 0 ? target - 3 : target),
            "＝" => row.Value,
            _ when row.Unit == "%" && target > 20 => Write(row.Value, short_ ? target - 1 - (seed % 3) : Math.Min(100, target + (seed % 3))),
            _ => Write(row.Value, short_ ? target * (90 + (seed % 7)) / 100 : target * (100 + (seed % 6)) / 100),
        };
    }

    /// <summary>By the end of September, and what is expected of the year.</summary>
    public static (string Current, string Forecast) Monitored(YearIndicator row, int seed, bool slow)
    {
        if (row.Sign == "定性")
        {
            return slow ? ("未达成", "部分达成") : ("部分达成", "达成");
        }

        if (FormValue.Date(row.Value) is { } day)
        {
            var forecast = FormValue.Write(slow ? day.AddDays(70) : day.AddDays(-(seed % 5)));
            return (forecast, forecast);
        }

        var target = decimal.Parse(row.Value, Invariant);
        if (row.Sign is "≤" or "＝" || row.Unit == "%")
        {
            // Rates and prices are what they are, at any time of the year.
            return (row.Value, row.Value);
        }

        return slow ? (Write(row.Value, target * 0.45m), Write(row.Value, target * 0.7m)) : (Write(row.Value, target * (70 + (seed % 12)) / 100), row.Value);
    }

    /// <summary>With as many decimals as the target has.</summary>
    private static string Write(string target, decimal value)
    {
        var decimals = target.IndexOf('.', StringComparison.Ordinal) is >= 0 and var at ? target.Length - at - 1 : 0;
        return decimal.Round(value, decimals, MidpointRounding.AwayFromZero).ToString(Invariant);
    }
}
