using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Ui.Components;

namespace PerfFlow.Platform.Inbox;

/// <summary>已办 as a page.</summary>
/// <param name="Begun">Not the first page.</param>
public sealed record DoneModel(IReadOnlyList<DoneLine> Lines, bool Begun, string? Next);

/// <summary>What the top bar's search found.</summary>
public sealed record SearchModel(string Asked, IReadOnlyList<FoundCase> Cases, IReadOnlyList<FoundNotice> Notices, bool More);

/// <summary>Which mark stands for a state of <see cref="CaseStates"/>.</summary>
public static class StateMarks
{
    public static Mark Of(string state) => state switch
    {
        CaseStates.Returned => Mark.Back,
        _ when CaseStates.Reviewing(state) => Mark.Wait,
        CaseStates.Approved => Mark.Pass,
        _ when CaseStates.Filling(state) => Mark.Edit,
        _ => Mark.None,
    };
}
