using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Parameters;

namespace PerfFlow.Platform.Submissions;

/// <summary>WZ: is everything there?</summary>
internal static class CompletenessChecks
{
    /// <summary>WZ01. The yearly goal is WZ02's, so that an empty one is reported once.</summary>
    public static IEnumerable<Hit> RequiredFields(CheckInput input)
    {
        var form = input.Form;
        foreach (var field in GoalFilingFields.Scalars)
        {
            if (field.Required && field.Path != "goal.annual" && Missing(field, field.Path, form, form))
            {
                yield return new Hit(field.Path, "@" + field.LabelKey);
            }
        }

        if (form.EndYear > form.StartYear && form.MediumTerm.Total is null && !form.Unread.ContainsKey("funds.mediumTerm.total"))
        {
            yield return new Hit("funds.mediumTerm.total", "@fields.funds.mediumTerm.total");
        }

        if (form.Costs.Count == 0)
        {
            yield return new Hit("costs", "@fields.costs");
        }

        foreach (var hit in Rows(GoalFilingFields.Cost, "costs", form.Costs, r => r.Id).Concat(Rows(GoalFilingFields.Indicator, "indicators", form.Indicators, r => r.Id)))
        {
            yield return hit;
        }

        foreach (var kind in input.Facts.RequiredAttachments.Where(kind => form.Attachments.All(a => a.Kind != kind)))
        {
            yield return new Hit("attachments", $"@attachments.{kind}") { Variant = "attachment" };
        }

        IEnumerable<Hit> Rows<T>(IReadOnlyList<FormField<T>> fields, string table, IReadOnlyList<T> rows, Func<T, string> id)
            where T : class => rows.SelectMany((row, i) => fields
                .Where(f => f.Required && Missing(f, $"{table}[{id(row)}].{f.Path}", row, form))
                .Select(f => new Hit($"{table}[{id(row)}].{f.Path}", $"@fields.{table}", FormValue.Write(i + 1), "@" + f.LabelKey) { Variant = "row" }));
    }

    /// <summary>WZ02.</summary>
    public static IEnumerable<Hit> AnnualGoal(CheckInput input)
    {
        var goal = IndicatorNames.Narrow(input.Form.AnnualGoal);
        var least = input.Parameters.Get(ParameterRegister.CheckGoalLength);
        if (goal.Length < least)
        {
            yield return new Hit("goal.annual", FormValue.Write(goal.Length), FormValue.Write(least));
        }
        else if (goal == IndicatorNames.Narrow(input.Form.Content))
        {
            yield return new Hit("goal.annual") { Variant = "content" };
        }
    }

    /// <summary>WZ03: 产出 with 数量 and something beside it, and 效益.</summary>
    public static IEnumerable<Hit> RequiredIndicators(CheckInput input)
    {
        var rows = input.Form.Indicators;
        if (rows.All(r => r.Level1 != IndicatorFrame.Output))
        {
            yield return new Hit("indicators", "@indicators.output");
        }
        else if (rows.All(r => r.Level2 != IndicatorFrame.Quantity))
        {
            yield return new Hit("indicators", "@indicators.quantity");
        }
        else if (!rows.Any(r => (r.Level1 == IndicatorFrame.Output && r.Level2 is not (null or IndicatorFrame.Quantity)) || CheckInput.IsCost(r)))
        {
            yield return new Hit("indicators", "@indicators.otherOutput");
        }

        if (rows.All(r => r.Level1 != IndicatorFrame.Benefit))
        {
            yield return new Hit("indicators", "@indicators.benefit");
        }
    }

    /// <summary>WZ04.</summary>
    public static IEnumerable<Hit> Satisfaction(CheckInput input)
    {
        if (input.Form.SatisfactionWaiver.Length == 0 && input.Form.Indicators.All(r => r.Level1 != IndicatorFrame.Satisfaction))
        {
            yield return new Hit("satisfactionWaiver");
        }
    }

    /// <summary>WZ05: a new project from the threshold on, or bond money, needs the report of the ex-ante assessment.</summary>
    public static IEnumerable<Hit> ExAnteReport(CheckInput input)
    {
        var (form, parameters) = (input.Form, input.Parameters);
        if (input.Facts.ExAnteOnFile || form.Attachments.Any(a => a.Kind == CheckFacts.ExAnteReport))
        {
            yield break;
        }

        var threshold = parameters.Get(ParameterRegister.ExAnteThreshold);
        var reached = parameters.Get(ParameterRegister.ExAnteOperator) == ">" ? form.Annual.Total > threshold : form.Annual.Total >= threshold;
        if (form.FundKind == FundKind.SpecialBond && parameters.Get(ParameterRegister.ExAnteBondRequired))
        {
            yield return new Hit("attachments") { Variant = "bond" };
        }
        else if (form.Attribute == ProjectAttribute.New && reached && parameters.Get(ParameterRegister.ExAnteScope).Contains("project"))
        {
            yield return new Hit("attachments", CheckInput.Show(threshold));
        }
    }

    /// <summary>WZ06: the second and later rows of the same name.</summary>
    public static IEnumerable<Hit> DuplicateIndicators(CheckInput input) => input.Form.Indicators
        .Where(r => r.Name.Length > 0)
        .GroupBy(r => IndicatorNames.Normalize(r.Name))
        .SelectMany(g => g.Skip(1))
        .Select(r => new Hit(CheckInput.PlaceOf(r), r.Name));

    private static bool Missing<T>(FormField<T> field, string path, T from, GoalFilingForm form)
        where T : class => field.Text(from).Length == 0 && !form.Unread.ContainsKey(path);
}
