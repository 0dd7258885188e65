namespace PerfFlow.Platform.Submissions;

/// <summary>
/// The layout 项目信息 + 绩效指标 (domain.md §4.9) and the form: which column is which field. What the workbook does not hold
/// (estimate, plan, head) stays as the form has it.
/// </summary>
public static class GoalWorkbook
{
    /// <summary>Intake's code of the layout.</summary>
    public const string Layout = "goal-filing";

    private static readonly (string Intake, string Form)[] ProjectKinds = [("oneOff", "one-off")];

    private static readonly (string Intake, string Form)[] FundTypes =
        [("generalBudget", "general"), ("governmentFund", "fund"), ("stateCapital", "state-capital"), ("specialBond", "bond"), ("ownFunds", "own")];

    /// <summary>Of 计算符号, in every layout with indicators.</summary>
    public static IReadOnlyList<(string Intake, string Form)> Signs { get; } =
        [("atLeast", "≥"), ("moreThan", ">"), ("equal", "="), ("atMost", "≤"), ("lessThan", "<"), ("qualitative", "定性")];

    public static FormWorkbook Columns { get; } = new(
        Layout,
        "project",
        "projectCode",
        [
            ("fiscalYear", "fiscalYear"), ("projectCode", "project.code"), ("projectName", "project.name"), ("unitCode", "unit.code"), ("unitName", "unit.name"),
            ("projectKind", "project.attribute"), ("startYear", "project.start"), ("endYear", "project.end"), ("fundType", "funds.kind"),
            ("annualTotal", "funds.annual.total"), ("annualFiscal", "funds.annual.fiscal"), ("annualOther", "funds.annual.other"),
            ("midTotal", "funds.mediumTerm.total"), ("midFiscal", "funds.mediumTerm.fiscal"), ("midOther", "funds.mediumTerm.other"),
            ("annualGoal", "goal.annual"), ("midGoal", "goal.mediumTerm"), ("basis", "basis"), ("filledBy", "filler"), ("phone", "phone"),
        ])
    {
        Tables =
        [
            ("indicator", "indicators",
            [
                ("level1", "level1"), ("level2", "level2"), ("name", "name"), ("sign", "operator"), ("target", "value"), ("meterUnit", "unit"), ("weight", "weight"),
                ("description", "note"), ("method", "method"), ("isCore", "core"),
            ]),
        ],
        Codes =
        [
            .. ProjectKinds.Select(c => ("projectKind", c.Intake, c.Form)),
            .. FundTypes.Select(c => ("fundType", c.Intake, c.Form)),
            .. Signs.Select(c => ("sign", c.Intake, c.Form)),
        ],
        TakesRow = row => row.Text("goalKind") is null or "annual",
        AlsoInRows = [("goalKind", "annual")],
    };
}
