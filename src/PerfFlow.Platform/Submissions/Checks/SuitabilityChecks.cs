using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Parameters;

namespace PerfFlow.Platform.Submissions;

/// <summary>SD: do money and targets fit each other and last year?</summary>
internal static class SuitabilityChecks
{
    // Amounts are filed with two decimals, so parts may miss their sum by one in the last place.
    private const decimal Tolerance = 0.01m;

    /// <summary>SD01: totals against parts and estimate, the medium term against the year.</summary>
    public static IEnumerable<Hit> Sums(CheckInput input)
    {
        var form = input.Form;
        if (Gap(form.Annual.Total, Parts(form.Annual)) is { } parts)
        {
            yield return new Hit("funds.annual.total", CheckInput.Show(parts));
        }

        if (form.Costs.Count > 0 && form.Costs.All(c => c.Amount is not null) && Gap(form.Annual.Total, form.Costs.Sum(c => c.Amount)) is { } costs)
        {
            yield return new Hit("costs", CheckInput.Show(costs)) { Variant = "costs" };
        }

        foreach (var row in form.Costs)
        {
            if (row is { Quantity: { } quantity, UnitPrice: { } price } && Gap(row.Amount, decimal.Round(quantity * price, 2, MidpointRounding.AwayFromZero)) is { } line)
            {
                yield return new Hit($"costs[{row.Id}].amount", row.Item, CheckInput.Show(line)) { Variant = "line" };
            }
        }

        if (!form.MediumTerm.IsEmpty && Gap(form.MediumTerm.Total, Parts(form.MediumTerm)) is { } medium)
        {
            yield return new Hit("funds.mediumTerm.total", CheckInput.Show(medium));
        }

        if (form.MediumTerm.Total < form.Annual.Total)
        {
            yield return new Hit("funds.mediumTerm.total") { Variant = "mediumTerm" };
        }

        static decimal? Parts(FundAmounts amounts) => (amounts.Fiscal ?? 0) + (amounts.Other ?? 0);
        static decimal? Gap(decimal? total, decimal? parts) => total - parts is { } gap && Math.Abs(gap) > Tolerance ? gap : null;
    }

    /// <summary>SD02: below 90 % of what was reached last year, for no less money.</summary>
    public static IEnumerable<Hit> BelowLastYear(CheckInput input)
    {
        if (input.Growth is not >= 0)
        {
            yield break;
        }

        foreach (var row in input.Quantitative.Where(r => !r.Operator!.Value.IsReverse()))
        {
            if (input.Before(row) is { } before && CheckInput.Number(row) is { } now && now < before.Actual * 0.9m)
            {
                yield return new Hit($"{CheckInput.PlaceOf(row)}.value", row.Name, CheckInput.Show(before.Actual), CheckInput.Show(now));
            }
        }
    }

    /// <summary>SD03: money per first comparable quantity, and single lines of the estimate, against last year or a standard.</summary>
    public static IEnumerable<Hit> UnitCost(CheckInput input)
    {
        var most = input.Parameters.Get(ParameterRegister.CheckUnitCostDeviation);
        foreach (var row in input.Form.Costs)
        {
            var last = input.Facts.LastYear?.Costs.FirstOrDefault(c => IndicatorNames.Narrow(c.Item) == IndicatorNames.Narrow(row.Item));
            var standard = input.Facts.StandardPrices.TryGetValue(row.Item, out var price) ? price : (decimal?)null;
            var (now, before) = row.UnitPrice is not null && (standard ?? last?.UnitPrice) is { } unit ? (row.UnitPrice, unit) : (row.Amount, last?.Amount);
            if (now / (before > 0 ? before : null) * 100 - 100 is { } deviation && Math.Abs(deviation) > most)
            {
                yield return new Hit($"costs[{row.Id}]", row.Item, CheckInput.Show(deviation));
            }
        }

        var quantity = input.Quantitative.FirstOrDefault(r => r.Level2 == IndicatorFrame.Quantity && input.Before(r) is not null);
        if (quantity is not null
            && input.Facts.LastYear is { Paid: > 0 } year
            && input.Before(quantity) is { Actual: > 0 } reached
            && CheckInput.Number(quantity) is > 0 and var target
            && input.Form.Annual.Total / target / (year.Paid / reached.Actual) * 100 - 100 is { } change
            && Math.Abs(change) > most)
        {
            yield return new Hit(CheckInput.PlaceOf(quantity), quantity.Name, CheckInput.Show(change)) { Variant = "quantity" };
        }
    }

    /// <summary>SD04: a fifth more money and no comparable quantity higher.</summary>
    public static IEnumerable<Hit> MoreMoneySameOutput(CheckInput input)
    {
        var comparable = input.Quantitative.Where(r => r.Level2 == IndicatorFrame.Quantity && input.Before(r) is not null).ToList();
        if (input.Growth is >= 20 and { } growth && comparable.Count > 0 && comparable.TrueForAll(r => CheckInput.Number(r) <= input.Before(r)!.Actual))
        {
            yield return new Hit("funds.annual.total", CheckInput.Show(growth));
        }
    }

    /// <summary>SD05.</summary>
    public static IEnumerable<Hit> CostAboveBudget(CheckInput input)
    {
        foreach (var row in input.Quantitative.Where(CheckInput.IsCost))
        {
            var factor = row.Unit switch
            {
                ['亿', '元', ..] => 10_000m,
                ['万', '元', ..] => 1m,
                ['元', ..] => 0.0001m,
                _ => (decimal?)null,
            };
            if (CheckInput.Number(row) * factor > input.Form.Annual.Total)
            {
                yield return new Hit($"{CheckInput.PlaceOf(row)}.value", row.Name);
            }
        }
    }
}
