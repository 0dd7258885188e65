using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Layout;
using PerfFlow.Platform.Pictures;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Definitions;

/// <summary>What became of a drawn step between two versions.</summary>
public enum StepChange
{
    Same,
    Added,
    Changed,

    /// <summary>Only in the drawing of the earlier version.</summary>
    Removed,
}

/// <summary>A definition as a picture, its steps marked by what differs from another version.</summary>
public sealed record DefinitionPictureModel(string DefinitionId, Drawing Drawing, IReadOnlyDictionary<string, string> Roles, IReadOnlyDictionary<string, StepChange> Changes)
{
    /// <param name="changes">Differences to the other version; empty = nothing is marked.</param>
    /// <param name="earlier">The definition is the earlier of the two: what only it has was removed.</param>
    public static DefinitionPictureModel Of(WorkflowDefinition definition, IReadOnlyList<DefinitionChange> changes, bool earlier)
    {
        var drawing = Drawing.Of(definition);
        var marks = new Dictionary<string, StepChange>(StringComparer.Ordinal);
        foreach (var step in drawing.Steps)
        {
            var own = changes.Where(c => c.Part == "activity" && c.Id == step.Id).ToList();
            marks[step.Id] = own.Exists(c => c.Property is null) ? (earlier ? StepChange.Removed : StepChange.Added) : own.Count > 0 ? StepChange.Changed : StepChange.Same;
        }

        return new DefinitionPictureModel(definition.DefinitionId, drawing, PictureWords.RolesOf(definition.HumanSteps), marks);
    }

    public SvgPicture Svg(Texts texts) => new(
        Drawing.Width,
        Drawing.Height,
        [.. Drawing.Steps.Select(step => new SvgBox(
            step,
            Changes[step.Id].ToString().ToLowerInvariant(),
            null,
            SvgText.Wrap(step.Name, PictureWords.NameWidth(step.Kind)),
            step.Kind is DrawnKind.Human or DrawnKind.Timer or DrawnKind.Event ? [.. Notes(step, texts)] : [],
            null,
            string.Join('\n', Notes(step, texts).Prepend(step.Name))))],
        [.. Drawing.Lines.Select(line => new SvgWay(
            line, line.Beside ? "beside" : line.Returns ? "back" : "", PictureWords.Label(line, PictureWords.Ways(DefinitionId, Drawing, line, Roles, texts), 0, texts)))]);

    /// <summary>Who decides the step, and what became of it.</summary>
    public IEnumerable<string> Notes(DrawnStep step, Texts texts)
    {
        if (Roles.TryGetValue(step.Id, out var role))
        {
            yield return texts[$"role.{role}"];
        }

        if (Changes[step.Id] is var change and not StepChange.Same)
        {
            yield return texts[$"versions.step.{change}"];
        }
    }
}
