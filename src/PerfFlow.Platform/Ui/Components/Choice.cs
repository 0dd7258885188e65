namespace PerfFlow.Platform.Ui.Components;

/// <summary>One of several things to choose.</summary>
/// <param name="Value">What is posted.</param>
/// <param name="Text">What is read.</param>
public sealed record Choice(string Value, string Text)
{
    /// <summary>A second line: what follows from choosing it.</summary>
    public string? Detail { get; init; }

    /// <summary>Why it cannot be chosen now; shown instead of the detail.</summary>
    public string? WhyNot { get; init; }
}
