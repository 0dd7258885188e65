namespace PerfFlow.Engine.Definitions;

/// <summary>
/// What a definition says about a human step (an <c>Elsa.RunTask</c> whose payload has a <c>kind</c>), readable without running it.
/// </summary>
/// <param name="ActivityId">Id of the activity, as in <see cref="Effect.TaskOpened"/>.</param>
/// <param name="Name">Display text of the step.</param>
/// <param name="Kind">fill, review or act.</param>
/// <param name="Role">UNIT, DEPT, FIN_SECTION, FIN_PERF, FIN_BUDGET, FIN_TREASURY, FIN_LEADER or AGENCY.</param>
/// <param name="Form">Name of the form that the step shows.</param>
/// <param name="Outcomes">All outcomes that the step may offer.</param>
/// <param name="Returns">Those of them that send the work back: what they open is marked as returned.</param>
/// <param name="Conditions">Outcome → the variable that must be true for the outcome to be on offer.</param>
/// <param name="DueInput">Name of the input or variable that gives the due instant, or null.</param>
/// <param name="DueWorkingDays">Working days from opening to due, or null.</param>
public sealed record HumanStep(
    string ActivityId,
    string Name,
    string Kind,
    string Role,
    string Form,
    IReadOnlyList<string> Outcomes,
    IReadOnlyList<string> Returns,
    IReadOnlyDictionary<string, string> Conditions,
    string? DueInput,
    int? DueWorkingDays)
{
    /// <summary>Who signs, where several do; null = one person decides.</summary>
    public Countersign? Countersign { get; init; }
}

/// <summary>会签: how several people decide a step.</summary>
/// <param name="Mode">How their decisions make one.</param>
/// <param name="Input">Name of the fact or variable that lists them.</param>
/// <param name="Pass">The weight of approvals that passes; 0 where votes are not counted.</param>
public sealed record Countersign(CountersignMode Mode, string Input, int Pass);
