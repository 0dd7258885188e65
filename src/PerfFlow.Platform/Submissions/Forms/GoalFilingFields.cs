using PerfFlow.Platform.Indicators;
using Kind = PerfFlow.Platform.Submissions.FormFieldKind;

namespace PerfFlow.Platform.Submissions;

/// <summary>The fields of 项目支出绩效目标申报表 in the order of the printed form.</summary>
public static class GoalFilingFields
{
    private static readonly IReadOnlyList<(ProjectAttribute Value, string Code, string Word)> Attributes =
        [(ProjectAttribute.New, "new", "新增"), (ProjectAttribute.Continuing, "continuing", "延续"), (ProjectAttribute.OneOff, "one-off", "一次性")];

    private static readonly IReadOnlyList<(FundKind Value, string Code, string Word)> FundKinds =
    [
        (FundKind.GeneralBudget, "general", "一般公共预算"),
        (FundKind.GovernmentFund, "fund", "政府性基金"),
        (FundKind.StateCapital, "state-capital", "国有资本"),
        (FundKind.StateCapital, "state-capital", "国资"),
        (FundKind.SpecialBond, "bond", "专项债"),
        (FundKind.Transfer, "transfer", "上级转移支付"),
        (FundKind.OwnFunds, "own", "单位资金"),
    ];

    // The tree that levels are read with: codes are the same in both frames, only cost moves, so reading needs no parameters.
    private static readonly IReadOnlyList<IndicatorFrame> Frames =
        [IndicatorFrame.For(2024, Parameters.RegionParameters.Defaults), IndicatorFrame.For(2024, new(new Dictionary<string, string>(StringComparer.Ordinal) { ["weights.indicator_frame"] = "B" }))];

    /// <summary>Fields that stand once on the form.</summary>
    public static IReadOnlyList<FormField<GoalFilingForm>> Scalars { get; } =
    [
        new("fiscalYear", Kind.Year, true, f => FormValue.Write(f.FiscalYear), (f, t) => FormValue.Year(t) is { } y ? f with { FiscalYear = y } : null),
        new("project.code", Kind.Text, true, f => f.ProjectCode, (f, t) => f with { ProjectCode = t }),
        new("project.name", Kind.Text, true, f => f.ProjectName, (f, t) => f with { ProjectName = t }),
        new("department.code", Kind.Text, true, f => f.DepartmentCode, (f, t) => f with { DepartmentCode = t }),
        new("department.name", Kind.Text, true, f => f.DepartmentName, (f, t) => f with { DepartmentName = t }),
        new("unit.code", Kind.Text, true, f => f.UnitCode, (f, t) => f with { UnitCode = t }),
        new("unit.name", Kind.Text, true, f => f.UnitName, (f, t) => f with { UnitName = t }),
        new("project.attribute", Kind.Choice, true, f => Code(Attributes, f.Attribute), (f, t) => Choice(Attributes, t) is { } a ? f with { Attribute = a } : null) { Choices = Codes(Attributes) },
        new("project.start", Kind.Year, true, f => FormValue.Write(f.StartYear), (f, t) => FormValue.Year(t) is { } y ? f with { StartYear = y } : null),
        new("project.end", Kind.Year, true, f => FormValue.Write(f.EndYear), (f, t) => FormValue.Year(t) is { } y ? f with { EndYear = y } : null),
        new("funds.kind", Kind.Choice, true, f => Code(FundKinds, f.FundKind), (f, t) => Choice(FundKinds, t) is { } k ? f with { FundKind = k } : null) { Choices = Codes(FundKinds) },
        Money("funds.annual.total", true, f => f.Annual.Total, (f, v) => f with { Annual = f.Annual with { Total = v } }),
        Money("funds.annual.fiscal", true, f => f.Annual.Fiscal, (f, v) => f with { Annual = f.Annual with { Fiscal = v } }),
        Money("funds.annual.other", true, f => f.Annual.Other, (f, v) => f with { Annual = f.Annual with { Other = v } }),
        Money("funds.mediumTerm.total", false, f => f.MediumTerm.Total, (f, v) => f with { MediumTerm = f.MediumTerm with { Total = v } }),
        Money("funds.mediumTerm.fiscal", false, f => f.MediumTerm.Fiscal, (f, v) => f with { MediumTerm = f.MediumTerm with { Fiscal = v } }),
        Money("funds.mediumTerm.other", false, f => f.MediumTerm.Other, (f, v) => f with { MediumTerm = f.MediumTerm with { Other = v } }),
        new("basis", Kind.LongText, true, f => f.Basis, (f, t) => f with { Basis = t }),
        new("content", Kind.LongText, true, f => f.Content, (f, t) => f with { Content = t }),
        new("plan", Kind.LongText, true, f => f.Plan, (f, t) => f with { Plan = t }),
        new("goal.annual", Kind.LongText, true, f => f.AnnualGoal, (f, t) => f with { AnnualGoal = t }),
        new("goal.mediumTerm", Kind.LongText, false, f => f.MediumTermGoal, (f, t) => f with { MediumTermGoal = t }),
        new("satisfactionWaiver", Kind.Text, false, f => f.SatisfactionWaiver, (f, t) => f with { SatisfactionWaiver = t }),
        new("weightException", Kind.Text, false, f => f.WeightException, (f, t) => f with { WeightException = t }),
        new("filler", Kind.Text, true, f => f.Filler, (f, t) => f with { Filler = t }),
        new("phone", Kind.Text, true, f => f.Phone, (f, t) => f with { Phone = t }),
        new("head", Kind.Text, true, f => f.Head, (f, t) => f with { Head = t }),
        new("filedOn", Kind.Date, true, f => FormValue.Write(f.FiledOn), (f, t) => FormValue.Date(t) is { } d ? f with { FiledOn = d } : null),
    ];

    /// <summary>Fields of a row of 测算明细; path within the row.</summary>
    public static IReadOnlyList<FormField<CostRow>> Cost { get; } =
    [
        new("item", Kind.Text, true, r => r.Item, (r, t) => r with { Item = t }) { LabelKey = "fields.costs.item" },
        new("quantity", Kind.Number, false, r => FormValue.Write(r.Quantity), (r, t) => FormValue.Decimal(t) is { } v ? r with { Quantity = v } : null) { LabelKey = "fields.costs.quantity" },
        new("unit", Kind.Text, false, r => r.Unit, (r, t) => r with { Unit = t }) { LabelKey = "fields.costs.unit" },
        new("unitPrice", Kind.Money, false, r => FormValue.Write(r.UnitPrice), (r, t) => FormValue.Decimal(t) is { } v ? r with { UnitPrice = v } : null) { LabelKey = "fields.costs.unitPrice" },
        new("amount", Kind.Money, true, r => FormValue.Write(r.Amount), (r, t) => FormValue.Decimal(t) is { } v ? r with { Amount = v } : null) { LabelKey = "fields.costs.amount" },
        new("note", Kind.Text, false, r => r.Note, (r, t) => r with { Note = t }) { LabelKey = "fields.costs.note" },
    ];

    /// <summary>Fields of an indicator row; path within the row.</summary>
    public static IReadOnlyList<FormField<IndicatorRow>> Indicator { get; } =
    [
        new("level1", Kind.Choice, true, r => r.Level1 ?? "", (r, t) => Level1(t) is { } c ? r with { Level1 = c } : null) { LabelKey = "fields.indicators.level1" },
        new("level2", Kind.Choice, true, r => r.Level2 ?? "", (r, t) => Level2(t) is { } c ? r with { Level2 = c } : null) { LabelKey = "fields.indicators.level2" },
        new("name", Kind.Text, true, r => r.Name, (r, t) => r with { Name = t }) { LabelKey = "fields.indicators.name", MaxLength = 100 },
        new("operator", Kind.Choice, true, r => r.Operator?.Symbol() ?? "", (r, t) => IndicatorOperators.Read(t) is { } o ? r with { Operator = o } : null)
        {
            LabelKey = "fields.indicators.operator",
            Choices = [.. Enum.GetValues<IndicatorOperator>().Select(o => o.Symbol())],
        },
        new("value", Kind.Text, true, r => r.Value, (r, t) => r with { Value = t }) { LabelKey = "fields.indicators.value" },
        new("unit", Kind.Text, false, r => r.Unit, (r, t) => r with { Unit = t }) { LabelKey = "fields.indicators.unit", MaxLength = 20 },
        new("weight", Kind.Number, true, r => FormValue.Write(r.Weight), (r, t) => FormValue.Decimal(t) is { } v ? r with { Weight = v } : null) { LabelKey = "fields.indicators.weight" },
        new("note", Kind.Text, false, r => r.Note, (r, t) => r with { Note = t }) { LabelKey = "fields.indicators.note" },
        new("method", Kind.Text, false, r => r.Method, (r, t) => r with { Method = t }) { LabelKey = "fields.indicators.method" },
        new("core", Kind.Flag, false, r => r.Core ? "true" : "", (r, t) => Flag(t) is { } b ? r with { Core = b } : null) { LabelKey = "fields.indicators.core" },
    ];

    private static FormField<GoalFilingForm> Money(string path, bool required, Func<GoalFilingForm, decimal?> get, Func<GoalFilingForm, decimal, GoalFilingForm> set) =>
        new(path, Kind.Money, required, f => FormValue.Write(get(f)), (f, t) => FormValue.Decimal(t) is { } v ? set(f, v) : null);

    private static string Code<T>(IReadOnlyList<(T Value, string Code, string Word)> list, T? value)
        where T : struct => value is { } v ? list.First(x => x.Value.Equals(v)).Code : "";

    private static T? Choice<T>(IReadOnlyList<(T Value, string Code, string Word)> list, string text)
        where T : struct
    {
        foreach (var (value, code, word) in list)
        {
            if (text == code || text.StartsWith(word, StringComparison.Ordinal))
            {
                return value;
            }
        }

        return null;
    }

    private static IReadOnlyList<string> Codes<T>(IReadOnlyList<(T Value, string Code, string Word)> list) => [.. list.Select(x => x.Code).Distinct()];

    private static string? Level1(string text) => Frames.Select(f => f.Level1(text)?.Code).FirstOrDefault(c => c is not null);

    private static string? Level2(string text) => Frames.Select(f => f.Level2(text)?.Code).FirstOrDefault(c => c is not null);

    private static bool? Flag(string text) => text switch { "true" or "是" or "1" or "on" => true, "false" or "否" or "0" => false, _ => null };
}
