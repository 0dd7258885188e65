using System.Globalization;
using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Demo;

/// <summary>
/// Makes a good form into the one a careless unit would file, and says what the section writes when returning it. None of
/// the faults is an error that would block submission: they only warn, or only a person sees them.
/// </summary>
internal sealed class DemoFaults(DemoSpec spec, DemoFilingWriter writer, int n, Func<string, GoalFilingForm> goodOf)
{
    private readonly Dictionary<string, (Func<GoalFilingForm, GoalFilingForm> Spoil, Func<GoalFilingForm, DemoReturn> Return)> faults = new(StringComparer.Ordinal);

    /// <summary>The form with this fault added.</summary>
    public GoalFilingForm Spoil(string fault, GoalFilingForm form) => Of(fault).Spoil(form);

    /// <summary>The return of a form because of this fault.</summary>
    public DemoReturn ReturnOf(string fault, GoalFilingForm spoiled) => Of(fault).Return(spoiled);

    private (Func<GoalFilingForm, GoalFilingForm> Spoil, Func<GoalFilingForm, DemoReturn> Return) Of(string fault)
    {
        if (faults.Count == 0)
        {
            faults["vague"] = (Vague, f => Because(ReturnReasons.UnclearGoal, "vague", Comment("goal.annual", "XH01", "vague.goal"), Comment(Value(Benefit(f)), "XH01", "vague.row")));
            faults["unrelated"] = (Unrelated, _ => Because(ReturnReasons.UnclearGoal, "unrelated", Comment("goal.annual", "XG01", "unrelated.goal")));
            faults["few"] = (Few, _ => Because(ReturnReasons.Incomplete, "few", Comment("indicators", "XH04", "few"), Comment("plan", "KX03", "few.plan")));
            faults["nosat"] = (NoSatisfaction, _ => Because(ReturnReasons.Incomplete, "nosat", Comment("indicators", "WZ04", "nosat")));
            faults["hundred"] = (Hundred, f => Because(ReturnReasons.NotDetailed, "hundred", Comment("costs", null, "hundred.costs"), RateComment(f)));
            faults["words"] = (Words, f => Because(ReturnReasons.NotDetailed, "words", Comment(Value(f.Indicators.First(r => r.Level2 == IndicatorFrame.Quality)), "XH03", "words")));
            faults["level"] = (Level, f => Because(ReturnReasons.Mismatch, "level", Comment(f.Indicators[^2] is var row ? $"indicators[{row.Id}].level2" : "", "XG02", "level")));
            faults["input"] = (Input, f => Because(ReturnReasons.Mismatch, "input", Comment($"indicators[{f.Indicators[0].Id}]", "XG04", "input")));
            faults["late"] = (Late, f => Because(ReturnReasons.Mismatch, "late", Comment(Value(f.Indicators.First(r => r.Level2 == IndicatorFrame.Timeliness)), "KX01", "late")));
            faults["estimate"] = (Estimate, f => Because(ReturnReasons.WeakEstimate, "estimate", Comment($"costs[{f.Costs[^1].Id}].amount", "SD03", "estimate")));
            faults["copy"] = (Copy, _ => Because(ReturnReasons.Other, "copy", Comment("goal.annual", "XG03", "copy")));
        }

        return faults[fault];
    }

    private GoalFilingForm Vague(GoalFilingForm form) => form with
    {
        AnnualGoal = Say("vague.goal"),
        Indicators = [.. form.Indicators.Select(r => r == Benefit(form) ? InWords(r, "words.b") : r)],
    };

    private GoalFilingForm Unrelated(GoalFilingForm form) => form with { AnnualGoal = Say("unrelated.goal") };

    private GoalFilingForm Few(GoalFilingForm form)
    {
        string[] kept = [IndicatorFrame.Quantity, IndicatorFrame.Quality, form.Indicators.First(r => r.Level1 == IndicatorFrame.Benefit).Level2!, "31"];
        return form with
        {
            Plan = spec.How.Split('，')[0] + "，其余工作按年度计划推进。",
            Indicators = DemoFilingWriter.Weighted(kept.Select(code => form.Indicators.First(r => r.Level2 == code))),
        };
    }

    private static GoalFilingForm NoSatisfaction(GoalFilingForm form) => form with
    {
        Indicators = DemoFilingWriter.Weighted(form.Indicators.Where(r => r.Level1 != IndicatorFrame.Satisfaction)),
    };

    // One line of cost for everything, every rate 100: rates of growth and decline become a rate of completion.
    private GoalFilingForm Hundred(GoalFilingForm form)
    {
        var rows = new List<IndicatorRow>();
        foreach (var row in form.Indicators)
        {
            var completion = row.Unit == "%" && (row.Operator == IndicatorOperator.AtMost || row.Name.IndexOfAny(['增', '降', '减', '提']) >= 0);
            var name = completion ? Say("hundred.rate") : row.Name;
            if (!rows.Exists(r => r.Name == name))
            {
                rows.Add(row.Unit == "%" ? row with { Name = name, Operator = IndicatorOperator.Equal, Value = "100" } : row);
            }
        }

        return form with
        {
            Indicators = DemoFilingWriter.Weighted(rows),
            Costs = [new CostRow(NewId(form.Costs.Select(c => c.Id)), Say("hundred.item"), null, "", null, form.Annual.Total, "")],
        };
    }

    private GoalFilingForm Words(GoalFilingForm form)
    {
        var first = form.Indicators[0];
        return form with
        {
            Indicators = [.. form.Indicators.Select(r => r.Level2 switch
            {
                IndicatorFrame.Quantity when r != first => InWords(r, "words.q"),
                IndicatorFrame.Quality => InWords(r, "words.z"),
                IndicatorFrame.Timeliness => InWords(r, "words.t"),
                ['2', _] => InWords(r, "words.b"),
                _ => r,
            })],
        };
    }

    private GoalFilingForm Level(GoalFilingForm form)
    {
        var added = new IndicatorRow(NewId(form.Indicators.Select(r => r.Id)), IndicatorFrame.Benefit, "22", Say("level.name"), IndicatorOperator.AtLeast, "4", "次", null, "", "情况统计", false);
        var kept = form.Indicators.Where(r => r.Level1 == IndicatorFrame.Output);
        return form with { Indicators = DemoFilingWriter.Weighted([.. kept, added, form.Indicators[^1]]) };
    }

    private GoalFilingForm Input(GoalFilingForm form)
    {
        var added = form.Indicators[0] with { Id = NewId(form.Indicators.Select(r => r.Id)), Name = Say("input.name"), Operator = IndicatorOperator.Equal, Value = writer.Names["amount"], Unit = "万元" };
        return form with { Indicators = [added, .. form.Indicators.Skip(1)] };
    }

    private static GoalFilingForm Late(GoalFilingForm form) => form with
    {
        Indicators = [.. form.Indicators.Select(r => r.Level2 == IndicatorFrame.Timeliness ? r with { Value = r.Value.Replace("2024-", "2025-", StringComparison.Ordinal) } : r)],
    };

    private static GoalFilingForm Estimate(GoalFilingForm form)
    {
        var moved = decimal.Round(form.Costs[0].Amount!.Value * 0.4m, 2);
        return form with
        {
            Costs = [.. form.Costs.Select((c, i) => c with
            {
                Quantity = null,
                Unit = "",
                UnitPrice = null,
                Amount = c.Amount - (i == 0 ? moved : 0) + (i == form.Costs.Count - 1 ? moved : 0),
            })],
        };
    }

    private GoalFilingForm Copy(GoalFilingForm form)
    {
        var source = goodOf(spec.CopiedFrom!);
        return form with
        {
            AnnualGoal = Own(source.AnnualGoal),
            Basis = Own(source.Basis),
            Content = Own(source.Content),
            Plan = Own(source.Plan),
            Indicators = source.Indicators,
            Explanations = new Dictionary<string, string>(StringComparer.Ordinal) { ["XG03"] = Say("explain.XG03") },
        };

        string Own(string text) => text
            .Replace(source.ProjectName, form.ProjectName, StringComparison.Ordinal)
            .Replace(source.UnitName, form.UnitName, StringComparison.Ordinal)
            .Replace(source.DepartmentName, form.DepartmentName, StringComparison.Ordinal);
    }

    private DemoComment RateComment(GoalFilingForm form)
    {
        var row = form.Indicators.First(r => r.Unit == "%");
        var disputed = n % 5 == 0;
        var comment = Comment(Value(row), "XH05", "hundred.row");
        return disputed ? comment with { Disputed = true, Answer = Say("dispute") } : comment;
    }

    private DemoReturn Because(string reason, string fault, params DemoComment[] comments) =>
        new([reason], Say($"{fault}.text").Replace("{row}", Say("level.name"), StringComparison.Ordinal), comments);

    private DemoComment Comment(string place, string? code, string key) => new(place, code, Say($"{key}.comment"), false, Say($"{key}.answer"));

    private IndicatorRow InWords(IndicatorRow row, string key) => row with { Operator = IndicatorOperator.Qualitative, Value = Say(key), Unit = "" };

    private string Say(string key) => writer.Say(key);

    private static IndicatorRow Benefit(GoalFilingForm form) => form.Indicators.First(r => r.Level1 == IndicatorFrame.Benefit);

    private static string Value(IndicatorRow row) => $"indicators[{row.Id}].value";

    // Far above the ids of the good form, so that its rows never share an id with a row that was taken out.
    private static string NewId(IEnumerable<string> used) =>
        (int.Parse(GoalFilingForm.NextRowId(used), CultureInfo.InvariantCulture) + 20).ToString(CultureInfo.InvariantCulture);
}
