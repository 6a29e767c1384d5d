import { AuditError } from '../../errors.js';

/** For what no version of Keras or tfjs writes. */
export const damaged = (path: string, why: string): AuditError =>
  new AuditError('FA202', {
    what: `${path}: the model's configuration is damaged`,
    why,
    fix: 'copy or save the model again',
  });

/** For what is larger than is read, but not wrong. */
export const beyondLimit = (path: string, why: string): AuditError =>
  new AuditError('FA200', {
    what: `${path}: the model's configuration is larger than fisher-audit reads`,
    why,
    fix: 'audit a smaller model',
  });

/** For models that do not store how their layers are connected. */
export const otherClass = (path: string, className: string): AuditError =>
  new AuditError('FA205', {
    what: `${path}: models of class ${className} are not supported`,
    why: 'only Sequential and Functional models store in the file how their layers are connected',
    fix: 'build the model with Sequential or with the functional API',
  });

/** The error of a layer that is used in a way that is not supported. It is thrown when the layer is lowered. */
export const refusal = (path: string, name: string, className: string, why: string): AuditError =>
  new AuditError('FA206', {
    what: `${path}: layer ${name} (${className}) cannot be audited`,
    why,
    fix: 'build the model from layers that take only tensors and return one, or audit a model without this layer',
  });
