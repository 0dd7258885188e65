namespace PerfFlow.Engine.Definitions;

/// <summary>The result of loading one file: a definition, or at least one reason why it cannot be run.</summary>
public sealed record DefinitionLoad(WorkflowDefinition? Definition, IReadOnlyList<DefinitionError> Errors);

/// <summary>Why a definition cannot be run.</summary>
/// <param name="File">The file as the caller named it.</param>
/// <param name="Path">JSON path of the place, from <c>$</c>.</param>
/// <param name="Activity">Id of the activity, if the place is in one.</param>
/// <param name="Property">The property of the activity, if it is one.</param>
public sealed record DefinitionError(string File, string Path, string? Activity, string? Property, Reason Reason);
