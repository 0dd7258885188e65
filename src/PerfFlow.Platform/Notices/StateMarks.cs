using PerfFlow.Platform.Ui.Components;

namespace PerfFlow.Platform.Notices;

/// <summary>The shape and colour of a state of <see cref="CaseStates"/> or a stage of <see cref="NoticeStages"/>.</summary>
public static class StateMarks
{
    public static Mark OfCase(string state) => state switch
    {
        _ when CaseStates.Filling(state) => Mark.Edit,
        CaseStates.Returned => Mark.Back,
        CaseStates.Approved => Mark.Pass,
        CaseStates.Waived or CaseStates.Voided or CaseStates.Cancelled or CaseStates.Rejected or CaseStates.NotRectified => Mark.None,
        _ => Mark.Wait,
    };

    public static Mark OfNotice(string stage) => stage switch
    {
        NoticeStages.Draft => Mark.Edit,
        NoticeStages.Returned => Mark.Back,
        NoticeStages.Signing or NoticeStages.Signed => Mark.Wait,
        NoticeStages.Issued or NoticeStages.Closed => Mark.Pass,
        _ => Mark.None,
    };
}
