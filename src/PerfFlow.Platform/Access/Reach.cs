using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Access;

/// <summary>What kind of thing is looked at; some roles see the budget side only.</summary>
public enum Matter
{
    /// <summary>Cases, tasks, what was filed and decided.</summary>
    Case,

    /// <summary>The project library: budget and execution.</summary>
    Budget,

    /// <summary>Where a case stands, without anything that was filed: what an operator needs (三员分立).</summary>
    Course,
}

/// <summary>How far a viewer sees (domain.md §1): everything of the region, or by section, department, unit.</summary>
internal sealed record Reach(
    bool AllCases, bool AllBudget, bool AllCourses, IReadOnlyList<long> Sections, IReadOnlyList<long> Departments, IReadOnlyList<long> Units)
{
    public static Reach Of(Viewer viewer)
    {
        // 预算科 and 国库科 consult, book and stop payments on the evidence of cases: they read it.
        var allCases = viewer.Has(Roles.Performance) || viewer.Has(Roles.Leader) || viewer.Has(Roles.Audit) || viewer.Has(Roles.Budget) || viewer.Has(Roles.Treasury);
        return new Reach(
            allCases,
            allCases,
            allCases || viewer.Has(Roles.Administrator),
            viewer.At(Roles.Section),
            viewer.At(Roles.Department),
            viewer.At(Roles.Unit, Roles.UnitHead));
    }

    public bool All(Matter matter) => matter switch { Matter.Budget => AllBudget, Matter.Course => AllCourses, _ => AllCases };

    public bool Covers(IScoped thing, Matter matter) =>
        All(matter) || Sections.Contains(thing.SectionId) || Departments.Contains(thing.DepartmentId) || Units.Contains(thing.UnitId);
}
