namespace PerfFlow.Platform.Access;

/// <summary>Anything that belongs to a unit and is therefore seen by some and by others not (domain.md §1 V1–V9).</summary>
public interface IScoped
{
    int RegionId { get; }

    long UnitId { get; }

    long DepartmentId { get; }

    /// <summary>归口科室 fixed at the start of the case.</summary>
    long SectionId { get; }
}
