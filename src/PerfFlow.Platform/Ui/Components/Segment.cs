namespace PerfFlow.Platform.Ui.Components;

/// <summary>One part of a whole.</summary>
public sealed record Segment(Mark Mark, string Text, int Count);
