using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Demo;

/// <summary>
/// Everything that the demo year of a county plays. Names of departments, the two projects and the figures that its test
/// asserts are in the county's report of 2023; single amounts, persons, texts and the rest are invented demo data.
/// </summary>
/// <param name="RegionCode">GB/T 2260.</param>
/// <param name="Name">青田县.</param>
/// <param name="Bodies">Bureau, sections, departments, towns and filing units; parents before children.</param>
/// <param name="People">Placeholders; no password is part of the content.</param>
/// <param name="Notices">The notice of the first round, then that of the second.</param>
/// <param name="FirstRound">One filing per department, all of which end approved.</param>
/// <param name="SecondRound">Filings of the later notice that is left open for the visitor.</param>
public sealed record DemoCounty(
    string RegionCode,
    string Name,
    IReadOnlyList<DemoBody> Bodies,
    IReadOnlyList<DemoPerson> People,
    IReadOnlyList<DemoNotice> Notices,
    IReadOnlyList<DemoFiling> FirstRound,
    IReadOnlyList<DemoFiling> SecondRound)
{
    /// <summary>Notices of the year before the goals of the next, by what they open.</summary>
    public required IReadOnlyDictionary<string, DemoNotice> YearNotices { get; init; }

    /// <summary>Projects of 2022: self-evaluated, evaluated, spot-checked.</summary>
    internal IReadOnlyList<YearProject> Evaluated { get; init; } = [];

    /// <summary>Projects of 2023: monitored.</summary>
    internal IReadOnlyList<MonitoredProject> Monitored { get; init; } = [];
}

/// <summary>A body of the demo county.</summary>
/// <param name="Code">Hierarchical by three digits: department 101, unit below it 101001.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">In full.</param>
/// <param name="ShortName">For narrow places.</param>
/// <param name="ParentCode">Null for the bureau, departments and towns.</param>
/// <param name="SectionCode">归口科室 of a department or town; null for the others.</param>
public sealed record DemoBody(string Code, BodyKind Kind, string Name, string ShortName, string? ParentCode, string? SectionCode);

/// <summary>A person with one role; <paramref name="Role"/> is one of <see cref="Roles"/>.</summary>
public sealed record DemoPerson(string Login, string Name, string BodyCode, string Role);

/// <summary>A project of the library.</summary>
/// <param name="Amount">万元, as the budget system has it.</param>
public sealed record DemoProject(int FiscalYear, string Code, string Name, string UnitCode, ProjectAttribute Attribute, FundKind FundKind, decimal Amount);

/// <summary>One project's way through a notice.</summary>
/// <param name="DepartmentCode">主管部门.</param>
/// <param name="UnitCode">Who files: a unit below the department, or the department's own code.</param>
/// <param name="SectionCode">Who returns and approves.</param>
/// <param name="Project">The project filed for.</param>
/// <param name="LastYear">Null where last year is unknown.</param>
/// <param name="Rounds">All but the last are returned; the last passes every check.</param>
/// <param name="CopiedFrom">Department whose filing the first round copies; it has to be filed before. Null in most.</param>
public sealed record DemoFiling(
    string DepartmentCode, string UnitCode, string SectionCode, DemoProject Project, LastYear? LastYear, IReadOnlyList<DemoRound> Rounds, string? CopiedFrom)
{
    /// <summary>The version that is approved.</summary>
    public GoalFilingForm Good => Rounds[^1].Form;

    public bool IsReturned => Rounds.Count > 1;

    /// <summary>What the checks may know about this filing; the caller adds the filings of the others.</summary>
    public CheckFacts Facts => new()
    {
        Project = new LibraryProject(Project.FiscalYear, Project.Code, Project.UnitCode, Project.Name),
        BudgetSystemAmount = Project.Amount,
        LastYear = LastYear,
    };
}

/// <summary>A version of the form as submitted, and the section's return of it.</summary>
/// <param name="Form">Passes submission: no E, every W explained.</param>
/// <param name="Return">Null for the approved version.</param>
public sealed record DemoRound(GoalFilingForm Form, DemoReturn? Return);

/// <summary>Why a round is returned.</summary>
/// <param name="Reasons">Codes of <see cref="Parameters.ReturnReasons"/>.</param>
/// <param name="Text">At least ten characters, concrete to the case.</param>
/// <param name="Comments">On fields and rows of the returned form.</param>
public sealed record DemoReturn(IReadOnlyList<string> Reasons, string Text, IReadOnlyList<DemoComment> Comments);

/// <summary>A reviewer's comment on a place of the form and what the unit answers with the next round.</summary>
/// <param name="Place">Field path, row or table.</param>
/// <param name="Code">The check it cites; null for what only a person sees.</param>
/// <param name="Text">The comment.</param>
/// <param name="Disputed">有异议 instead of 已修改.</param>
/// <param name="Answer">The unit's words.</param>
public sealed record DemoComment(string Place, string? Code, string Text, bool Disputed, string Answer);
