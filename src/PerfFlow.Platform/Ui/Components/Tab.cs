namespace PerfFlow.Platform.Ui.Components;

/// <summary>One tab above a list or a case.</summary>
/// <param name="Text">The word.</param>
/// <param name="Href">The list behind it; the count adds up to that list.</param>
/// <param name="Count">As shown: 29, 999+; null shows none.</param>
public sealed record Tab(string Text, string Href, string? Count = null)
{
    public bool On { get; init; }

    /// <summary>A shape before the word, for 逾期 and the like.</summary>
    public Mark? Mark { get; init; }
}
