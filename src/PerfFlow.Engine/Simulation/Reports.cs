using System.Text.Json;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Simulation;

/// <summary>The JSON that <c>workflows validate</c>, <c>run</c> and <c>compare</c> print (design.md §9).</summary>
public static class Reports
{
    /// <summary><c>[{file, ok, errors:[{path, activity, property, code, reason}]}]</c>, one row per file.</summary>
    /// <param name="say">The sentence of a reason, in the language of the reader.</param>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<(string File, DefinitionLoad Load)> loads, Func<Reason, string> say)
    {
        ArgumentNullException.ThrowIfNull(say);
        writer.WriteStartArray();
        foreach (var (file, load) in loads)
        {
            writer.WriteStartObject();
            writer.WriteString("file", file);
            writer.WriteBoolean("ok", load.Definition is not null);
            writer.WriteStartArray("errors");
            foreach (var error in load.Errors)
            {
                writer.WriteStartObject();
                writer.WriteString("path", error.Path);
                writer.WriteString("activity", error.Activity);
                writer.WriteString("property", error.Property);
                writer.WriteString("code", error.Reason.Code);
                writer.WriteString("reason", say(error.Reason));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary><c>[{kind, part, id, property, before, after}]</c>, one row per difference.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<DefinitionChange> changes)
    {
        writer.WriteStartArray();
        foreach (var change in changes)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(change.Kind.ToString()));
            writer.WriteString("part", change.Part);
            writer.WriteString("id", change.Id);
            writer.WriteString("property", change.Property);
            writer.WriteString("before", change.Before);
            writer.WriteString("after", change.After);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary><c>{status, subStatus, lines, outputs, incidents:[{activity, message}], waiting:[{kind, activity, name}]}</c>.</summary>
    /// <param name="say">The sentence of an incident's message, in the language of the reader.</param>
    public static void Write(Utf8JsonWriter writer, SimulationResult result, Func<string, string> say)
    {
        ArgumentNullException.ThrowIfNull(say);
        writer.WriteStartObject();
        writer.WriteString("status", result.Status);
        writer.WriteString("subStatus", result.SubStatus);
        writer.WriteStartArray("lines");
        foreach (var line in result.Lines)
            writer.WriteStringValue(line);
        writer.WriteEndArray();
        writer.WritePropertyName("outputs");
        result.Outputs.WriteTo(writer);
        writer.WriteStartArray("incidents");
        foreach (var incident in result.Incidents)
        {
            writer.WriteStartObject();
            writer.WriteString("activity", incident.ActivityId);
            writer.WriteString("message", say(incident.Message));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("waiting");
        foreach (var waiting in result.Waiting)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", waiting.Kind);
            writer.WriteString("activity", waiting.Activity);
            writer.WriteString("name", waiting.Name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
