namespace PerfFlow.Platform.Ui.Components;

/// <summary>Whose turn a field comment is.</summary>
public enum CommentState
{
    /// <summary>The filler has not answered; it blocks the submission.</summary>
    Open,

    /// <summary>已修改 or 说明.</summary>
    Answered,

    /// <summary>有异议: the reviewer accepts or insists.</summary>
    Disputed,
}
