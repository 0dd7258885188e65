using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Access;

/// <summary>What kind of thing is looked at; some roles see the budget side only.</summary>
public enum Matter
{
    /// <summary>Cases, tasks, what was filed and decided.</summary>
    Case,

    /// <summary>The project library: budget and execution.</summary>
    Budget,
}

/// <summary>How far a viewer sees (domain.md §1): everything of the region, or by section, department, unit.</summary>
internal sealed record Reach(
    bool AllCases, bool AllBudget, IReadOnlyList<long> Sections, IReadOnlyList<long> Departments, IReadOnlyList<long> Units)
{
    public static Reach Of(Viewer viewer)
    {
        // 预算科 and 国库科 consult, book and stop payments on the evidence of cases: they read it.
        var allCases = viewer.Has(Roles.Performance) || viewer.Has(Roles.Leader) || viewer.Has(Roles.Audit) || viewer.Has(Roles.Budget) || viewer.Has(Roles.Treasury);
        return new Reach(
            allCases,
            allCases,
            viewer.At(Roles.Section),
            viewer.At(Roles.Department),
            viewer.At(Roles.Unit, Roles.UnitHead));
    }

    public bool All(Matter matter) => matter == Matter.Budget ? AllBudget : AllCases;

    public bool Covers(IScoped thing, Matter matter) =>
        All(matter) || Sections.Contains(thing.SectionId) || Departments.Contains(thing.DepartmentId) || Units.Contains(thing.UnitId);
}
