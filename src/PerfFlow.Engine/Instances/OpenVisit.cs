namespace PerfFlow.Engine.Instances;

/// <summary>One open stay at an activity that waits.</summary>
/// <param name="Visit">Number of the visit in its case, from 1.</param>
/// <param name="ActivityId">The waiting activity.</param>
/// <param name="Kind">fill, review, act or task for people; timer or event for the rest.</param>
/// <param name="OpenedBy">The visit whose completion opened this one; 0 = the start of the case.</param>
/// <param name="Returned">Opened by an outcome that sends the work back.</param>
/// <param name="Due">Due instant or working days, null = never.</param>
public sealed record OpenVisit(int Visit, string ActivityId, string Kind, int OpenedBy, bool Returned, Deadline? Due);
