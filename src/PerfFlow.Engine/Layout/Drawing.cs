using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Layout;

/// <summary>What a drawn step is to a reader; what is of no concern to people is not drawn.</summary>
public enum DrawnKind
{
    /// <summary>Where a case begins: a dot.</summary>
    Start,

    /// <summary>Somebody has to do something.</summary>
    Human,

    /// <summary>A question that the definition answers by itself.</summary>
    Decision,

    /// <summary>Waits for an instant.</summary>
    Timer,

    /// <summary>Waits for something to happen.</summary>
    Event,

    /// <summary>Opens other cases or runs another workflow.</summary>
    Cases,

    /// <summary>Where a case ends.</summary>
    End,
}

/// <summary>A step as a box. Coordinates are whole units from the upper left corner of the drawing.</summary>
/// <param name="Id">Id of the activity, as in the journal.</param>
/// <param name="Name">Its display text.</param>
/// <param name="Band">Drawings that are too wide go on in a second band below the first.</param>
/// <param name="Column">From the left within its band, from 0.</param>
/// <param name="Row">From the top of the drawing, from 0.</param>
public sealed record DrawnStep(string Id, string Name, DrawnKind Kind, int Band, int Column, int Row, int X, int Y, int Width, int Height);

/// <summary>Where the words of a line stand.</summary>
/// <param name="Anchor">start, middle or end, as in SVG.</param>
/// <param name="Narrow">Between two boxes: only short words fit, in several lines.</param>
/// <param name="Below">Further lines follow downwards from the first at Y; else upwards from the last.</param>
public sealed record DrawnLabel(int X, int Y, string Anchor, bool Narrow, bool Below = false);

/// <summary>A way from one step to another, with right angles.</summary>
/// <param name="Outcomes">The decisions that take it, True or False of a question; empty where there is only one way.</param>
/// <param name="Returns">One of them sends the work back.</param>
/// <param name="Back">It closes a loop.</param>
/// <param name="Beside">No way that is gone: what it leads to begins whenever the step does, and the first to end settles both.</param>
/// <param name="Points">At least two.</param>
public sealed record DrawnLine(
    string From, string To, IReadOnlyList<string> Outcomes, bool Returns, bool Back, bool Beside, IReadOnlyList<(int X, int Y)> Points, DrawnLabel Label);

/// <summary>
/// A definition as a picture for people: human steps, questions, timers, events and ends, from left to right. Arranged by the
/// positions of the designer where each drawn step has one, else laid out in layers. The same definition gives the same drawing.
/// </summary>
public sealed class Drawing
{
    private Drawing(IReadOnlyList<DrawnStep> steps, IReadOnlyList<DrawnLine> lines, int width, int height) =>
        (Steps, Lines, Width, Height) = (steps, lines, width, height);

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<DrawnStep> Steps { get; }

    public IReadOnlyList<DrawnLine> Lines { get; }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Draws a definition.</summary>
    public static Drawing Of(WorkflowDefinition definition)
    {
        var outline = Outline.Of(DefinitionGraph.Read(definition), definition);
        var cells = outline.Steps.All(step => step.Position is not null)
            ? PositionGrid.Arrange(outline)
            : LayeredLayout.Arrange(outline.Steps.Count, [.. outline.Lines.Select(line => (line.From, line.To, line.Back))]);
        var (steps, lines, width, height) = LineRouter.Draw(outline, Bands.Fold(outline, cells));
        return new Drawing(steps, lines, width, height);
    }
}
