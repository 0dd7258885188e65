using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Workflows;

/// <summary>Which body holds a step: asked when a task opens, and by whoever tells beforehand who will be next.</summary>
public static class StepHolder
{
    /// <summary>
    /// A role names the body that holds the step: the case's unit, department or section, else the bureau itself, which
    /// stands for 绩效科, 预算科, 国库科 and the leader, and for an agency that it commissions.
    /// </summary>
    public static long Of(Region region, string role, long unitId, long departmentId, long sectionId) => role switch
    {
        Roles.Unit => unitId,
        Roles.Department => departmentId,
        Roles.Section => sectionId,
        _ => region.BureauId ?? throw new InvalidOperationException($"Region {region.Id} has no bureau."),
    };
}
